import { InvalidArgumentError, Option } from 'commander';

/** Options that more than one mode of the driver has. */
export function configOption(): Option {
  return new Option('--config <file>', 'JSON file with these and more settings; options win over it');
}

export function logLevelOption(): Option {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
  return new Option('--log-level <level>', 'what is logged, on stderr (default: info)').choices(levels);
}

export function driverNameOption(): Option {
  return new Option('--driver-name <name>', 'name of the CSI driver (default: csi.tome.storage)');
}

export function maxVolumesOption(): Option {
  const description = 'how many volumes may be attached at once (default: no limit)';
  return new Option('--max-volumes-per-node <count>', description).argParser((text) => {
    if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('write a whole number, 0 for no limit');
    return Number(text);
  });
}

export function httpPortOption(description: string): Option {
  return new Option('--http-port <port>', description).argParser((text) => {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
      throw new InvalidArgumentError('write a port, 0 for none');
    }
    return Number(text);
  });
}
