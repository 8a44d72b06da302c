package doctor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/smithy-go"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/bucket"
)

const bucketArea area = "bucket"

// probe is the folder of the objects that the doctor writes and deletes.
const probe = "health/"

// bucket returns the check that writes, reads and deletes an object.
func (d Doctor) bucket() []check {
	return []check{{string(bucketArea), "probe", func(ctx context.Context) []Finding {
		if name, faulty := d.faulty("S3_", "AWS_"); faulty {
			return []Finding{bucketArea.find(Warning, "set it first", "not checked, as %s cannot be used", name)}
		}
		ctx, cancel := context.WithTimeout(ctx, d.Limits.Patience)
		defer cancel()
		options := bucket.Options(d.Config.S3)
		options.Timeout = d.Limits.Patience
		blobs, err := s3.Open(options)
		if err != nil {
			return []Finding{bucketArea.refused("open", err)}
		}
		return d.roundTrip(ctx, blobs)
	}}}
}

func (d Doctor) roundTrip(ctx context.Context, blobs *s3.Blobs) []Finding {
	key, data := probe+system.IDs{}.New(), []byte("propflow doctor")
	began := d.Clock.Now()
	if err := blobs.Put(ctx, key, "text/plain", data); err != nil {
		return []Finding{bucketArea.refused("write", err)}
	}
	written := d.Clock.Now()
	var found []Finding
	object, err := blobs.Open(ctx, key)
	if err == nil {
		var got []byte
		got, err = io.ReadAll(object)
		err = errors.Join(err, object.Close())
		if err == nil && !bytes.Equal(got, data) {
			found = append(found, bucketArea.find(Critical, "stop uploads and ask the vendor", "an object came back other than it was written"))
		}
	}
	if err != nil {
		found = append(found, bucketArea.refused("read", err))
	}
	// The object is deleted even if reading took all the time.
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Limits.Patience/2)
	defer cancel()
	if err := blobs.DeletePrefix(cleaning, key); err != nil {
		found = append(found, bucketArea.refused("delete", err))
	}
	if len(found) == 0 {
		found = append(found, bucketArea.ok("%s: written in %s, read and deleted", d.Config.S3Bucket, written.Sub(began).Round(time.Millisecond)))
	}
	return found
}

// refused explains the store's error.
func (a area) refused(what string, err error) Finding {
	var answer smithy.APIError
	if errors.Is(err, s3.ErrNoRole) {
		return a.find(Critical, "see that the task definition names the task's role and that AWS_CONTAINER_* are as the platform set them", "%s: %s", what, err)
	}
	if !errors.As(err, &answer) {
		return a.find(Critical, "see that the store runs and that S3_ENDPOINT and S3_REGION are right (runbook, photo uploads fail)", "%s: not reachable: %s", what, cause(err))
	}
	do := "see what the code means; then the runbook, photo uploads fail"
	switch answer.ErrorCode() {
	case "NoSuchBucket":
		do = "create the bucket (terraform apply; docker compose up minio-init) or correct S3_BUCKET; where it was deleted, see the runbook, files lost"
	case "AccessDenied", "Forbidden":
		do = "give the task's role GetObject, PutObject, DeleteObject and ListBucket on the bucket"
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken":
		do = "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	case "RequestTimeTooSkewed":
		do = "set this machine's clock"
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		do = "correct S3_REGION: the bucket is elsewhere"
	}
	return a.find(Critical, do, "%s: the store says %s", what, answer.ErrorCode())
}
