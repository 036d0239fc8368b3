import { messageOf } from '../domain/errors.ts';
import type { Pool } from './pool.ts';
import { findVolume } from './find.ts';
import { volumeUses } from './volume-use.ts';

/** An ephemeral volume that is not mounted. */
export interface IdleEphemeral {
  readonly id: string;
  /** Bytes it counts for in the pool. */
  readonly bytes: number;
  readonly createdAt?: string;
  /** `namespace/name` of the pod, and its uid, where the orchestrator told them. */
  readonly pod?: string;
  readonly podUid?: string;
  /** Why its record cannot be read. */
  readonly problem?: string;
}

/**
 * Ephemeral volumes that nobody uses. After a reboot all are, until the orchestrator publishes or unpublishes them; one
 * that stays was forgotten by it. None is ever deleted for that: a person has to ask.
 */
export async function idleEphemeral(pool: Pool): Promise<readonly IdleEphemeral[]> {
  const entries = [...pool.ledger.entries()].filter(({ ephemeral }) => ephemeral === true);
  if (entries.length === 0) return [];
  const uses = await volumeUses(pool);
  const idle = entries.filter(({ id }) => !uses.has(id));
  return Promise.all(idle.map(async ({ id, bytes }) => ({ id, bytes, ...(await ownerOf(pool, id)) })));
}

async function ownerOf(pool: Pool, id: string): Promise<Omit<IdleEphemeral, 'id' | 'bytes'>> {
  try {
    const record = await findVolume(pool, id);
    const { podNamespace, podName, podUid } = record?.ephemeral ?? {};
    return {
      ...(record && { createdAt: record.createdAt }),
      ...(podNamespace !== undefined && podName !== undefined && { pod: `${podNamespace}/${podName}` }),
      ...(podUid !== undefined && { podUid }),
    };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
