import type { SecureContextOptions } from 'node:tls';

export interface TlsSettings extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase'> {
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** Where the API server is, and who asks. */
export interface Credentials {
  readonly server: URL;
  /** With the Authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
}

/** Asked again and again: the files that hold tokens and certificates are replaced while the process runs. */
export type CredentialSource = () => Promise<Credentials>;
