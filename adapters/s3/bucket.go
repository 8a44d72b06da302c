package s3

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// EnsureBucket makes the bucket if it is missing, and lets web pages of these origins
// (scheme://host[:port]) use links. Servers without such rules per bucket, such as MinIO, need
// the origins in their own configuration. Errors: KindUnavailable.
func (b *Blobs) EnsureBucket(ctx context.Context, origins []string) error {
	return b.call(ctx, 0, func(ctx context.Context) error {
		_, err := b.client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b.bucket, CreateBucketConfiguration: locatedIn(b.region)})
		if err != nil && !isCode(err, "BucketAlreadyOwnedByYou") {
			return err
		}
		if len(origins) == 0 {
			return nil
		}
		_, err = b.client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &b.bucket, CORSConfiguration: &types.CORSConfiguration{
			CORSRules: []types.CORSRule{{
				AllowedOrigins: origins, AllowedMethods: []string{"PUT", "GET", "HEAD"},
				AllowedHeaders: []string{"content-type", "if-none-match", "x-amz-checksum-sha256"}, MaxAgeSeconds: aws.Int32(3600),
			}},
		}})
		if isCode(err, "NotImplemented") {
			return nil
		}
		return err
	})
}

// locatedIn returns the configuration of a new bucket in the region. It is nil for us-east-1,
// the region that S3 uses if there is no configuration.
func locatedIn(region string) *types.CreateBucketConfiguration {
	if region == "us-east-1" {
		return nil
	}
	return &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
}

func isCode(err error, code string) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == code
}
