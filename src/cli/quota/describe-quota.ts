import type { QuotaInfo__Output } from '../../csi/gen/tome/v1/QuotaInfo.ts';
import type { QuotaUse__Output } from '../../csi/gen/tome/v1/QuotaUse.ts';
import { formatSize } from '../../domain/sizes.ts';

type Counted = 'volumes' | 'bytes' | 'snapshots';

/** What is used, and of how much where that is limited: `3 of 10`. */
export function shownUse(quota: QuotaInfo__Output, what: Counted): string {
  const show = (text: string): string => (what === 'bytes' ? formatSize(Number(text)) : text);
  const { used = '0', limit = null }: Partial<QuotaUse__Output> = quota[what] ?? {};
  return limit === null ? show(used) : `${show(used)} of ${show(limit.most)}`;
}

/** All that is limited, in one line. */
export function useOf(quota: QuotaInfo__Output): string {
  const words = { volumes: 'volumes', bytes: 'of volumes', snapshots: 'snapshots' } as const;
  const limited = (['volumes', 'bytes', 'snapshots'] as const).filter((what) => quota[what]?.limit);
  return limited.map((what) => `${shownUse(quota, what)} ${words[what]}`).join(', ');
}

/** What a program reads of one; a limit that there is not is null. */
export function plainQuota({ volumes, bytes, snapshots, ...rest }: QuotaInfo__Output): object {
  const plain = (use: QuotaUse__Output | null) => ({
    used: Number(use?.used ?? 0),
    limit: use?.limit ? Number(use.limit.most) : null,
  });
  return { ...rest, volumes: plain(volumes), bytes: plain(bytes), snapshots: plain(snapshots) };
}
