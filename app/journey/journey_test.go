package journey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

// demonstrate runs a demo until the test ends.
func demonstrate(t *testing.T) (url string, codes journey.Codes) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	demo, err := app.NewDemo(ctx, config.Config{
		Address: "127.0.0.1:0", UserRequestsPerMinute: 10_000, AddressRequestsPerMinute: 10_000,
	}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- demo.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	guest, err := propflow.New(demo.URL, "", nil)
	require.NoError(t, err)
	return demo.URL, journey.DemoCodes{Client: guest}
}

// plan is a main job whose valuer is a mere customer, so that it ends after the submission.
func plan(url string, codes journey.Codes, owner int, photos ...journey.Photo) journey.Plan {
	phone := fmt.Sprintf("+9198222%05d", owner)
	return journey.Plan{
		URL: url, Codes: codes, Photos: photos, Owner: phone, Valuer: phone, Supervisor: phone, Property: journey.DefaultProperty(),
	}
}

func house() []journey.Photo {
	return []journey.Photo{
		{Name: "front", Data: photofixture.House(1, photofixture.Options{}), Type: propflow.PhotoTypeFRONT},
		{Name: "living", Data: photofixture.House(2, photofixture.Options{}), Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomLIVING},
	}
}

// flaky loses the n-th request. Live events do not count: a run does without.
type flaky struct {
	left atomic.Int64
}

var errLost = errors.New("the network lost the request")

func (f *flaky) Do(r *http.Request) (*http.Response, error) {
	if !streams(r) && f.left.Add(-1) == 0 {
		return nil, errLost
	}
	return http.DefaultClient.Do(r)
}

func TestEveryLostRequestEndsTheJourneyWithItsCause(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	for n := int64(1); ; n++ {
		doer := &flaky{}
		doer.left.Store(n)
		p := plan(url, codes, int(n), house()...)
		p.Doer = doer
		_, err := p.Run(t.Context())
		require.Error(t, err)
		if doer.left.Load() > 0 { // the journey ended before its n-th request
			assert.ErrorContains(t, err, "valuer: claim: 403 role_not_allowed")
			assert.Greater(t, n, int64(15), "requests of an owner")
			return
		}
		assert.ErrorIs(t, err, errLost, "request %d", n)
	}
}

func TestAFailedPhotoIsRemovedAndTheJourneyGoesOn(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	blurred := journey.Photo{
		Name: "blurred", Data: photofixture.House(3, photofixture.Options{Blur: photofixture.HardBlur}),
		Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomBEDROOM,
	}
	var progress bytes.Buffer
	p := plan(url, codes, 1, append(house(), blurred)...)
	p.Progress = &progress
	_, err := p.Run(t.Context())
	require.Error(t, err)
	assert.Contains(t, progress.String(), "photo blurred: FAILED (TOO_BLURRED)")
	assert.Contains(t, progress.String(), "submitted as PF-")
}

func TestPhotosAreReadByHouseAndRoom(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"2_frontal.jpg", "2_bedroom.jpg", "2_notes.jpg", "1_frontal.jpg", "3_side.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(name), 0o600))
	}
	photos, err := journey.LoadPhotos(folder, "")
	require.NoError(t, err)
	require.Len(t, photos, 2, "house 1 has no room, and nobody knows what notes show")
	assert.Equal(t, "2_bedroom.jpg", photos[0].Name)
	assert.Equal(t, propflow.RoomBEDROOM, photos[0].Room)
	_, err = journey.LoadPhotos(folder, "1")
	assert.ErrorContains(t, err, "no house")
	_, err = journey.LoadPhotos("[", "")
	assert.ErrorIs(t, err, filepath.ErrBadPattern)
}

func TestWhoCannotReadTheirCodesCannotLogIn(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	_, err := codes.OTP(t.Context(), "+919822200001")
	assert.ErrorContains(t, err, "no code was sent")
	_, err = codes.TOTP(t.Context(), "+919822200001")
	assert.ErrorContains(t, err, "not on the demo's staff")
	_, err = journey.Login(t.Context(), url, "12345", codes, nil)
	assert.Equal(t, "invalid_input", propflow.CodeOf(err))
	_, err = journey.Login(t.Context(), url, "+919822200002", journey.CommandCodes{OTPCommand: "exit 1"}, nil)
	assert.ErrorContains(t, err, "run the command")
	wrong := journey.CommandCodes{OTPCommand: "echo 000000"}
	_, err = journey.Login(t.Context(), url, "+919822200003", wrong, nil)
	assert.Equal(t, "invalid_code", propflow.CodeOf(err))
}

func TestAWatchEndsWithItsTokenAndItsContext(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	stranger, err := propflow.New(url, "no token", nil)
	require.NoError(t, err)
	_, err = journey.NewWatch(t.Context(), &journey.Person{Client: stranger})
	assert.ErrorContains(t, err, "the live events ended")

	owner, err := journey.NewOwner(t.Context(), url, "+919822200004", codes, nil)
	require.NoError(t, err)
	defer owner.Events.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, owner.AwaitEvent(ctx, "any", "report.stored"), context.Canceled)
}
