package main

import (
	"bytes"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/propflow/propflow/tests/kit/servers"
)

// mix is what everybody asks of the API, the object store and the vendor, and waits for.
var mix = []string{
	"requestOtp", "verifyOtp", "refreshTokens", "getMe", "getConsentNotice", "recordConsent", "streamEvents",
	"createProperty", "issueChallenge", "createPhoto", "completePhoto", "getPhoto", "submitProperty", "listProperties",
	"listQueue", "claimNextProperty", "getProperty", "listPhotos", "resolveFlag", "searchComparables", "suggestValuation",
	"heartbeatClaim", "approveProperty", "flagProperty", "signOffValuation", "listValuations", "getAuditTrail",
	"askFollowUp", "answerFollowUp", "rejectProperty", "getValuation", "getReport", "getKpis",
	putPhoto, getPhoto, uploadToVerdict, eventToScreen, queueRefresh, notificationSent,
}

// A few people at a low rate. The API's level cannot be met, the others cannot be missed.
func TestTheWholeMixIsAskedForAndNothingFails(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{
		"--seed=1", "--submissions=20000", "--photos=2", "--megapixels=0.4", "--valuers=6", "--owners=20", "--apis=1",
		"--pause=50ms", "--warm-up=0s", "--hold=8s", "--api=0s", "--verdict=1h", "--queue=1h", "--screen=1h", "--notification=1h",
	}, &out)
	servers.Require(t, err)
	said := out.String()
	require.ErrorContains(t, err, "API p95", said)
	require.ErrorContains(t, err, "is not under 0s", said)
	assert.NotContains(t, err.Error(), " errors")
	assert.Contains(t, said, "errors: 0")
	assert.NotContains(t, said, "FAILED", "of photos")
	for _, name := range mix {
		assert.Contains(t, said, "\n"+name+" ", "of the mix")
	}
	for _, part := range parts {
		assert.Contains(t, said, "\n"+part+" ")
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--submissions=0"}, {"--photos=1"}, {"--valuers=0"}, {"--hold=0s"}, {"--seed=x"}, {"--megapixels=99"}} {
		assert.Error(t, run(t.Context(), args, io.Discard), "%v", args)
	}
	o, err := parse([]string{"--ramp"}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, 45*time.Second, o.hold)
	o, err = parse([]string{"--ramp", "--hold=1m"}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, time.Minute, o.hold)
	assert.InDelta(t, 1.0/6, o.perSecond(5000), 1e-9, "12 % of 5,000 in an hour")
}

// seen returns a result whose only wait took so long.
func seen(submissions float64, screen time.Duration) *result {
	b := newBook()
	b.open()
	began := time.Now()
	for _, wait := range []string{uploadToVerdict, eventToScreen, queueRefresh, notificationSent} {
		b.waited(wait, began, began.Add(screen))
	}
	b.answered(vegeta.Result{Attack: "getMe", Timestamp: began, Latency: screen, Code: 200})
	return &result{book: b, opts: options{levels: promised()}, submissions: submissions}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	require.NoError(t, seen(1, 400*time.Millisecond).verdict())
	require.EqualError(t, seen(1, 600*time.Millisecond).verdict(), "service levels missed: API p95: 600ms is not under 500ms")
	err := seen(1, 2*time.Second).verdict()
	require.ErrorContains(t, err, "queue refresh p99: 2s is not under 2s")
	require.ErrorContains(t, err, "event to screen p99: 2s is not under 1s")
	assert.NotContains(t, err.Error(), "verdict", "5 s are promised")

	failed := seen(1, 0)
	failed.book.answered(vegeta.Result{Attack: "getMe", Error: "503 service_unavailable"})
	require.EqualError(t, failed.verdict(), "service levels missed: 1 errors", "also while nothing is measured")

	nothing := &result{book: newBook(), opts: options{levels: promised()}}
	require.ErrorContains(t, nothing.verdict(), "upload to verdict p99: nothing was measured")
}

func TestOneSlowOperationIsNotHiddenByTheOthers(t *testing.T) {
	t.Parallel()
	r := seen(1, 0)
	for i := range 1000 {
		r.book.answered(vegeta.Result{Attack: "getMe", Timestamp: time.Now(), Latency: time.Millisecond})
		if i%50 == 0 {
			r.book.answered(vegeta.Result{Attack: "getReport", Timestamp: time.Now(), Latency: time.Second})
		}
	}
	require.EqualError(t, r.verdict(), "service levels missed: API p95 of the slowest operation, getReport: 1s is not under 500ms")
}

func TestOnlyWhatBeganInTimeIsMeasured(t *testing.T) {
	t.Parallel()
	b := newBook()
	early := time.Now()
	b.waited(queueRefresh, early, early.Add(time.Hour))
	b.open()
	during := time.Now()
	b.shut()
	b.waited(queueRefresh, during, during.Add(time.Minute))
	b.waited(queueRefresh, time.Now(), time.Now().Add(time.Hour))
	assert.EqualValues(t, 1, b.waits[queueRefresh].Requests, "though it ended later")
	assert.Equal(t, time.Minute, b.waits[queueRefresh].Latencies.Max)
}

// A system that holds 40,000 a day and one submission of which takes 0.3 s of a worker, beside
// 0.1 cores at rest.
func TestTheRampFindsTheHighestRate(t *testing.T) {
	t.Parallel()
	all, best, worst, err := search(5000, func(submissions float64) (*result, error) {
		if submissions > 40_000 {
			return seen(submissions, time.Minute), nil
		}
		return seen(submissions, time.Millisecond), nil
	})
	require.NoError(t, err)
	assert.Greater(t, best.submissions, 36_000.0)
	assert.LessOrEqual(t, best.submissions, 40_000.0)
	assert.LessOrEqual(t, worst.submissions, best.submissions*near)
	assert.Less(t, len(all), 12)

	_, best, _, err = search(50_000, func(float64) (*result, error) { return seen(50_000, time.Minute), nil })
	require.NoError(t, err)
	assert.Nil(t, best)
	_, _, _, err = search(1, func(float64) (*result, error) { return nil, io.ErrUnexpectedEOF })
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)

	base, slope := line([]float64{0.1, 0.2, 0.4}, []float64{0.13, 0.16, 0.22})
	assert.InDelta(t, 0.1, base, 1e-9)
	assert.InDelta(t, 0.3, slope, 1e-9)
	base, slope = line([]float64{1}, []float64{2})
	assert.InDelta(t, 2, base, 1e-9)
	assert.Zero(t, slope)
	assert.Contains(t, all[0].brief(), "all levels held")
	assert.Contains(t, worst.brief(), "is not under")
}

func TestAPhotoDecodesWholeAndIsUnlikeTheNext(t *testing.T) {
	t.Parallel()
	p, err := newPool(1, 0.3)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	one, other := p.photo(random, "m", time.Now(), 1, 2), p.photo(random, "m", time.Now(), 1, 2)
	assert.NotEqual(t, one, other)
	img, err := jpeg.Decode(bytes.NewReader(one))
	require.NoError(t, err)
	assert.InEpsilon(t, 0.3e6, img.Bounds().Dx()*img.Bounds().Dy(), 0.3)
	assert.Zero(t, img.Bounds().Dy()%(strips*block))
	_, _, err = split([]byte("\xff\xd8\xff\xd9"))
	require.Error(t, err)
}
