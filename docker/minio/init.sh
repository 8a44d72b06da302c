#!/bin/sh
# Creates the private bucket and the application's own key, which reaches that bucket only.
# It may run again on what is there.
set -eu

mc alias set store http://minio:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" >/dev/null
mc mb --ignore-existing "store/$S3_BUCKET"
mc anonymous set none "store/$S3_BUCKET"

cat >/tmp/policy.json <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::$S3_BUCKET", "arn:aws:s3:::$S3_BUCKET/*"]}
  ]
}
POLICY
mc admin policy create store propflow-bucket /tmp/policy.json
mc admin user add store "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
case $(mc admin user info --json store "$AWS_ACCESS_KEY_ID") in
*propflow-bucket*) ;; # attaching it a second time is an error
*) mc admin policy attach store propflow-bucket --user "$AWS_ACCESS_KEY_ID" ;;
esac
