import path from 'node:path';

const cache = path.join(import.meta.dirname, '../../.cache');

/** An S3 server whose buckets are directories. The version is part of the place: a change here builds anew. */
export const gatewayModule = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
export const gatewayBinary = path.join(cache, 'versitygw-v1.8.0/versitygw');

/** rclone with the S3 backend alone; its version stands in `go.mod` there too. */
export const rcloneSources = path.join(import.meta.dirname, '../tools/rclone');
export const rcloneBinary = path.join(cache, 'rclone-v1.75.1/rclone');
