package s3

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PresignPut implements ports.Blobs. The checksum is a signed header, because the store compares
// the bytes with a header but not with the link's query. If-None-Match is signed too, so that the
// link stores one object, once: the store answers 412 if the key is taken. The size is signed as Content-Length. It
// is not among the headers returned, because clients send it by themselves and browsers do not
// let pages set it. ttl counts in whole seconds. Errors: KindInvalid for a file that
// domain.Announcement.Validate refuses.
func (b *Blobs) PresignPut(ctx context.Context, key string, file domain.Announcement, ttl time.Duration) (ports.Upload, error) {
	if err := file.Validate(); err != nil {
		return ports.Upload{}, err
	}
	sum, err := hex.DecodeString(file.SHA256)
	if err != nil {
		return ports.Upload{}, fmt.Errorf("announced checksum: %w", err)
	}
	checksum := base64.StdEncoding.EncodeToString(sum)
	now := time.Now().UTC().Truncate(time.Second) // not later than the time in the signature
	signed, err := b.links.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.bucket, Key: &key, ContentType: &file.ContentType,
		ContentLength: aws.Int64(file.Bytes), ChecksumSHA256: &checksum, IfNoneMatch: aws.String("*"),
	}, s3.WithPresignExpires(ttl.Truncate(time.Second)))
	if err != nil {
		return ports.Upload{}, translate(ctx, err)
	}
	return ports.Upload{
		Method: signed.Method, URL: signed.URL, ExpiresAt: now.Add(ttl.Truncate(time.Second)),
		Headers: map[string]string{"Content-Type": file.ContentType, "X-Amz-Checksum-Sha256": checksum, "If-None-Match": "*"},
	}, nil
}

// PresignGet implements ports.Blobs. ttl counts in whole seconds.
func (b *Blobs) PresignGet(ctx context.Context, key string, ttl time.Duration) (string, error) {
	signed, err := b.links.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &b.bucket, Key: &key},
		s3.WithPresignExpires(ttl.Truncate(time.Second)))
	if err != nil {
		return "", translate(ctx, err)
	}
	return signed.URL, nil
}
