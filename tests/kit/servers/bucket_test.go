package servers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
)

// TestABucketIsRemovedWithWhatArrivesMeanwhile removes a bucket while objects arrive.
func TestABucketIsRemovedWithWhatArrivesMeanwhile(t *testing.T) {
	t.Parallel()
	bucket := S3(t)
	first, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for n := range 200 {
			key := fmt.Sprint("late/", n)
			_, _ = bucket.client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket.Bucket, Key: &key, Body: strings.NewReader("late")})
			if n == 0 {
				close(first)
			}
		}
	}()
	<-first
	require.NoError(t, bucket.remove())
	<-ended
	require.NoError(t, bucket.make(t.Context()), "the bucket is gone, and the end of the test removes this one")
}
