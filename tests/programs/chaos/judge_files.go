package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
)

// judgeBlobs returns a line for every file that is missing from the object store, for every one
// below properties/ that belongs to no case, and for every one whose SHA-256 is wrong.
func (w *world) judgeBlobs(ctx context.Context, cases []record) (faults []string, err error) {
	bucket := w.stack.Bucket
	client := s3.New(s3.Options{
		BaseEndpoint: &bucket.Endpoint, Region: bucket.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(bucket.AccessKey, bucket.SecretKey, ""),
	})
	expected := files(cases)
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return faults, err
		}
		for _, object := range page.Contents {
			w.audited.blobs++
			sum, known := expected[*object.Key]
			delete(expected, *object.Key)
			if !known && strings.HasPrefix(*object.Key, "properties/") {
				faults = append(faults, "orphan "+*object.Key)
				w.audited.orphans++
			}
			if sum == "" {
				continue
			}
			got, err := digest(ctx, client, bucket.Bucket, *object.Key)
			if err != nil {
				return faults, err
			}
			if got != sum {
				faults = append(faults, *object.Key+" has the SHA-256 "+got)
			}
		}
	}
	for key := range expected {
		faults = append(faults, "missing "+key)
	}
	return faults, nil
}

// files returns the keys that must exist, with their SHA-256, which is known of originals only
// and otherwise empty.
func files(cases []record) map[string]string {
	expected := make(map[string]string)
	for _, c := range cases {
		for _, p := range c.photos {
			photo := domain.Photo{ID: domain.PhotoID(p.ID), PropertyID: domain.PropertyID(c.property.ID)}
			expected[photo.OriginalKey()] = p.Sha256
			expected[photo.ThumbKey()], expected[photo.DisplayKey()] = "", ""
		}
		for _, v := range c.valuations {
			if v.Status == propflow.ValuationStatusAPPROVED {
				valuation := domain.Valuation{ID: domain.ValuationID(v.ID), PropertyID: domain.PropertyID(c.property.ID), Number: v.Number}
				expected[valuation.ReportKey()] = ""
			}
		}
	}
	return expected
}

func digest(ctx context.Context, client *s3.Client, bucket, key string) (string, error) {
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return "", err
	}
	defer object.Body.Close()
	content, err := io.ReadAll(object.Body)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), err
}
