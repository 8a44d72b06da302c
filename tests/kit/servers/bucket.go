package servers

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// The credentials of the S3 servers that this process starts.
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

// create makes the bucket and deletes it when the test ends.
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

// Versions makes the bucket keep versions and reports whether it does. A server in a container
// cannot, which fails the test if REQUIRE_REAL=1.
func (e S3Endpoint) Versions(t testing.TB) bool {
	t.Helper()
	err := e.KeepVersions(t.Context())
	if err != nil && os.Getenv("REQUIRE_REAL") == "1" {
		t.Fatalf("REQUIRE_REAL=1, and the S3 server keeps no versions: %v", err)
	}
	return err == nil
}

// KeepVersions makes the bucket keep what is overwritten or deleted from now on. It returns an
// error if the server cannot do that, e.g. because it runs in a container.
func (e S3Endpoint) KeepVersions(ctx context.Context) error {
	_, err := e.client().PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: &e.Bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	return err
}

// Size returns the number of objects in the bucket and their total size in bytes.
func (e S3Endpoint) Size(ctx context.Context) (objects int, size int64, err error) {
	pages := s3.NewListObjectsV2Paginator(e.client(), &s3.ListObjectsV2Input{Bucket: &e.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, err
		}
		objects += len(page.Contents)
		for _, object := range page.Contents {
			size += aws.ToInt64(object.Size)
		}
	}
	return objects, size, nil
}

// remove deletes the bucket with its content, also with what arrives meanwhile: a request that a test
// gave up may still be on its way.
func (e S3Endpoint) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), setUp)
	defer cancel()
	for {
		if err := e.empty(ctx); err != nil {
			return err
		}
		_, err := e.client().DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &e.Bucket})
		var refused smithy.APIError
		if !errors.As(err, &refused) || refused.ErrorCode() != "BucketNotEmpty" {
			return err
		}
	}
}

// empty deletes the content of the bucket.
func (e S3Endpoint) empty(ctx context.Context) error {
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
	return e.removeVersions(ctx)
}

// removeVersions removes the versions and deletions that a bucket with versions still keeps.
func (e S3Endpoint) removeVersions(ctx context.Context) error {
	client := e.client()
	kept, err := client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &e.Bucket})
	if err != nil || kept.Status == "" {
		return nil //nolint:nilerr // a server without versions may not implement this request
	}
	remove := func(key, version *string) error {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &e.Bucket, Key: key, VersionId: version})
		return err
	}
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &e.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, v := range page.Versions {
			if err := remove(v.Key, v.VersionId); err != nil {
				return err
			}
		}
		for _, m := range page.DeleteMarkers {
			if err := remove(m.Key, m.VersionId); err != nil {
				return err
			}
		}
	}
	return nil
}
