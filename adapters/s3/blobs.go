package s3

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/propflow/propflow/domain"
)

// Options are the bucket to use and how to reach it.
type Options struct {
	Bucket string
	Region string
	// Endpoint is the URL of a server other than Amazon's; empty for Amazon's.
	Endpoint string
	// LinkEndpoint is the URL of the same server for clients that use links; empty for
	// Endpoint.
	LinkEndpoint string
	// PathStyle names the bucket in the path of URLs rather than in the host.
	PathStyle bool
	// AccessKey and SecretKey sign requests; if AccessKey is empty, the keys of Role do.
	AccessKey, SecretKey string
	Role                 Role
	// Timeout bounds every call, and every wait for the next bytes of an object; uploads get
	// a second more per megabyte. 0 for DefaultTimeout.
	Timeout time.Duration
	// Around, if not nil, wraps the client that sends every request, for traces.
	Around func(aws.HTTPClient) aws.HTTPClient
}

// DefaultTimeout is the timeout of Options that name none.
const DefaultTimeout = 5 * time.Second

// Blobs implements ports.Blobs with one bucket.
type Blobs struct {
	client  *s3.Client
	links   *s3.PresignClient
	bucket  string
	region  string
	timeout time.Duration
}

// Open returns the objects of a bucket. It does not connect to any server. Errors: there are
// neither keys nor a role.
func Open(o Options) (*Blobs, error) {
	timeout := cmp.Or(o.Timeout, DefaultTimeout)
	signs, err := signer(o, timeout)
	if err != nil {
		return nil, err
	}
	settings := aws.Config{
		Region: o.Region, Credentials: signs, HTTPClient: httpClient(timeout), Retryer: retries,
		// Otherwise the SDK adds a checksum, one more header that clients of links must send.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	at := func(endpoint string) *s3.Client {
		return s3.NewFromConfig(settings, func(options *s3.Options) {
			options.UsePathStyle = o.PathStyle
			if o.Around != nil { // not in settings: the SDK bounds reads only of clients that it knows
				options.HTTPClient = o.Around(options.HTTPClient)
			}
			if endpoint != "" {
				options.BaseEndpoint = &endpoint
			}
		})
	}
	return &Blobs{
		client: at(o.Endpoint), bucket: o.Bucket, region: o.Region, timeout: timeout, links: s3.NewPresignClient(at(cmp.Or(o.LinkEndpoint, o.Endpoint))),
	}, nil
}

// Ping returns an error unless the bucket can be reached. Errors: KindUnavailable.
func (b *Blobs) Ping(ctx context.Context) error {
	return b.call(ctx, 0, func(ctx context.Context) error {
		_, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.bucket})
		if missing(err) {
			err = errNoBucket
		}
		return err
	})
}

// Put implements ports.Blobs. Errors: KindUnavailable.
func (b *Blobs) Put(ctx context.Context, key, contentType string, data []byte) error {
	sum := sha256.Sum256(data)
	return b.call(ctx, len(data), func(ctx context.Context) error {
		_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &b.bucket, Key: &key, ContentType: &contentType, Body: bytes.NewReader(data),
			ContentLength: aws.Int64(int64(len(data))), ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		})
		return err
	})
}

// Open implements ports.Blobs. Reading the object returns KindUnavailable if its next bytes do
// not arrive within Options.Timeout, and fails when ctx ends.
func (b *Blobs) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	reading, cancel := context.WithCancelCause(ctx)
	body := &body{ctx: ctx, cancel: cancel, maxWait: b.timeout}
	body.timer = time.AfterFunc(b.timeout, body.giveUp)
	object, err := b.client.GetObject(reading, &s3.GetObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		body.end()
		return nil, translate(ctx, err)
	}
	body.timer.Stop()
	body.from = object.Body
	return body, nil
}

// Size implements ports.Blobs.
func (b *Blobs) Size(ctx context.Context, key string) (size int64, err error) {
	err = b.call(ctx, 0, func(ctx context.Context) error {
		object, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key})
		if err == nil {
			size = aws.ToInt64(object.ContentLength)
		}
		return err
	})
	return size, err
}

// errNoPrefix keeps a mistake from deleting the whole bucket, evidence included.
var errNoPrefix = &domain.Error{Kind: domain.KindInvalid, Code: "empty_prefix", Message: "an empty prefix names every object"}

// DeletePrefix implements ports.Blobs. Errors: KindUnavailable, and KindInvalid
// "empty_prefix". It lists and deletes a thousand objects at a time, each time with a timeout
// of its own.
func (b *Blobs) DeletePrefix(ctx context.Context, prefix string) error {
	if prefix == "" {
		return errNoPrefix
	}
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		if err := b.call(ctx, 0, func(ctx context.Context) error {
			page, err := pages.NextPage(ctx)
			if err != nil || len(page.Contents) == 0 {
				return err
			}
			return b.delete(ctx, page.Contents)
		}); err != nil {
			return err
		}
	}
	return nil
}

// delete deletes at most a thousand objects, because S3 takes no more in one call.
func (b *Blobs) delete(ctx context.Context, objects []types.Object) error {
	identifiers := make([]types.ObjectIdentifier, len(objects))
	for i, object := range objects {
		identifiers[i].Key = object.Key
	}
	return b.deleteAll(ctx, identifiers)
}

func (b *Blobs) deleteAll(ctx context.Context, identifiers []types.ObjectIdentifier) error {
	deleted, err := b.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &b.bucket, Delete: &types.Delete{Objects: identifiers, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, fault := range deleted.Errors {
		errs = append(errs, &refused{aws.ToString(fault.Code), aws.ToString(fault.Key)})
	}
	return errors.Join(errs...)
}
