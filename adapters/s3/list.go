package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Create implements ports.Blobs with a conditional write. If an answer is lost, the second try
// finds the object of the first and returns "blob_exists". Errors: also KindUnavailable.
func (b *Blobs) Create(ctx context.Context, key, contentType string, data []byte) error {
	sum := sha256.Sum256(data)
	taken := false
	err := b.call(ctx, len(data), func(ctx context.Context) error {
		_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &b.bucket, Key: &key, ContentType: &contentType, Body: bytes.NewReader(data), IfNoneMatch: aws.String("*"),
			ContentLength: aws.Int64(int64(len(data))), ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		})
		taken = isStatus(err, http.StatusPreconditionFailed)
		return err
	})
	if taken {
		return fmt.Errorf("%w: %w", domain.Conflict("blob_exists", "there is an object of this key"), err)
	}
	return err
}

func isStatus(err error, status int) bool {
	var answer *awshttp.ResponseError
	return errors.As(err, &answer) && answer.HTTPStatusCode() == status
}

// List implements ports.Blobs. Errors: KindUnavailable.
func (b *Blobs) List(ctx context.Context, prefix, after string, limit int) ([]ports.Blob, error) {
	var list []ports.Blob
	err := b.call(ctx, 0, func(ctx context.Context) error {
		in := &s3.ListObjectsV2Input{Bucket: &b.bucket, MaxKeys: aws.Int32(int32(min(max(1, limit), 1000)))}
		if prefix != "" {
			in.Prefix = &prefix
		}
		if after != "" {
			in.StartAfter = &after
		}
		page, err := b.client.ListObjectsV2(ctx, in)
		if err != nil {
			return err
		}
		list = make([]ports.Blob, len(page.Contents))
		for i, o := range page.Contents {
			list[i] = ports.Blob{Key: aws.ToString(o.Key), Bytes: aws.ToInt64(o.Size), ModifiedAt: aws.ToTime(o.LastModified).UTC()}
		}
		return nil
	})
	return list, err
}
