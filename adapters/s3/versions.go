package s3

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var _ ports.BlobVersions = (*Blobs)(nil)

// Versions implements ports.BlobVersions. The identity used needs s3:ListBucketVersions.
func (b *Blobs) Versions(ctx context.Context, prefix string) ([]ports.BlobVersion, error) {
	in := &s3.ListObjectVersionsInput{Bucket: &b.bucket}
	if prefix != "" {
		in.Prefix = &prefix
	}
	pages := s3.NewListObjectVersionsPaginator(b.client, in)
	var all []ports.BlobVersion
	for pages.HasMorePages() {
		err := b.call(ctx, 0, func(ctx context.Context) error {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, v := range page.Versions {
				all = append(all, ports.BlobVersion{
					Key: aws.ToString(v.Key), ID: aws.ToString(v.VersionId), Tag: aws.ToString(v.ETag),
					At: began(aws.ToString(v.VersionId), aws.ToTime(v.LastModified)), Current: aws.ToBool(v.IsLatest),
				})
			}
			for _, m := range page.DeleteMarkers {
				all = append(all, ports.BlobVersion{
					Key: aws.ToString(m.Key), ID: aws.ToString(m.VersionId),
					At: began(aws.ToString(m.VersionId), aws.ToTime(m.LastModified)), Current: aws.ToBool(m.IsLatest), Deleted: true,
				})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	// S3 lists deletions separately. The sort is stable to keep the order within each list,
	// which the time alone does not determine.
	slices.SortStableFunc(all, func(v, w ports.BlobVersion) int {
		return cmp.Or(cmp.Compare(v.Key, w.Key), trueFirst(v.Current, w.Current), w.At.Compare(v.At))
	})
	return all, nil
}

// Purge implements ports.Blobs. The identity used needs s3:ListBucketVersions and
// s3:DeleteObjectVersion to remove versions. Without the second, and on a server that keeps no
// versions, it removes the objects and leaves the rest to the bucket's rules.
func (b *Blobs) Purge(ctx context.Context, prefix string) error {
	if err := b.DeletePrefix(ctx, prefix); err != nil {
		return err
	}
	versions, err := b.Versions(ctx, prefix)
	if notAllowed(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for page := range slices.Chunk(versions, 1000) {
		identifiers := make([]types.ObjectIdentifier, len(page))
		for i, v := range page {
			identifiers[i] = types.ObjectIdentifier{Key: &v.Key, VersionId: &v.ID}
		}
		if err := b.call(ctx, 0, func(ctx context.Context) error { return b.deleteAll(ctx, identifiers) }); err != nil && !notAllowed(err) {
			return err
		}
	}
	return nil
}

// notAllowed reports whether the store keeps no versions, or lets this identity not remove them.
func notAllowed(err error) bool {
	var one *refused
	if errors.As(err, &one) {
		return one.code == "AccessDenied"
	}
	return isCode(err, "AccessDenied") || isCode(err, "NotImplemented") || isStatus(err, http.StatusMethodNotAllowed)
}

// crockford are the digits of a ULID (https://github.com/ulid/spec).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// began returns when a version began: modified, unless the id is a ULID. versitygw reports for a
// replaced version when it ended, and for a deletion when the deleted version began. Its ids are
// ULIDs, whose first ten digits are the milliseconds when the version began.
func began(id string, modified time.Time) time.Time {
	if len(id) != 26 {
		return modified.UTC()
	}
	ms := int64(0)
	for _, digit := range id[:10] {
		value := strings.IndexRune(crockford, digit)
		if value < 0 {
			return modified.UTC()
		}
		ms = ms<<5 | int64(value)
	}
	return time.UnixMilli(ms).UTC()
}

// trueFirst compares two values so that true sorts before false.
func trueFirst(v, w bool) int {
	switch {
	case v == w:
		return 0
	case v:
		return -1
	}
	return 1
}

// Revive implements ports.BlobVersions with a copy within the store, so that nothing is ever
// removed. The identity used needs s3:GetObjectVersion and s3:PutObject.
func (b *Blobs) Revive(ctx context.Context, key, version string) error {
	source := b.bucket + "/" + copySource(key) + "?versionId=" + url.QueryEscape(version)
	var unknown error
	err := b.call(ctx, 0, func(ctx context.Context) error {
		_, err := b.client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &b.bucket, Key: &key, CopySource: &source})
		if isCode(err, "NoSuchVersion") || isCode(err, "InvalidRequest") || isStatus(err, http.StatusMethodNotAllowed) {
			unknown = err // the last two if the version is a deletion
		}
		return err
	})
	if unknown != nil {
		return errors.Join(domain.NotFound("blob"), unknown)
	}
	return err
}

// copySource encodes a key for the header. A + becomes %2B, because servers read it as a space.
func copySource(key string) string {
	return strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(key))
}
