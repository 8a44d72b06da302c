package servers

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// What the process's own S3 server asks for.
const (
	ownS3Key    = "propflow-test"
	ownS3Secret = "propflow-test-secret"
)

// client returns a client of the endpoint.
func (e S3Endpoint) client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &e.Endpoint, Region: e.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(e.AccessKey, e.SecretKey, ""),
	})
}

// create makes the bucket, for as long as the test runs.
func (e S3Endpoint) create(t testing.TB) error {
	ctx, cancel := context.WithTimeout(context.Background(), setUp)
	defer cancel()
	if err := e.make(ctx); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := e.remove(); err != nil {
			t.Errorf("delete the test's bucket: %v", err)
		}
	})
	return nil
}

// make makes the bucket.
func (e S3Endpoint) make(ctx context.Context) error {
	_, err := e.client().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &e.Bucket})
	return err
}

// remove empties and deletes the bucket.
func (e S3Endpoint) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), setUp)
	defer cancel()
	client := e.client()
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &e.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, object := range page.Contents {
			_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &e.Bucket, Key: aws.String(*object.Key)})
			if err != nil {
				return err
			}
		}
	}
	_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &e.Bucket})
	return err
}
