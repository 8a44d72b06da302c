package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// defaultURL is the URL of a demo at its default address, and the default of --url.
const defaultURL = "http://localhost:8000"

// journeyCommand is `propflow journey`.
type journeyCommand struct {
	URL         string        `help:"The API." default:"http://localhost:8000"`
	Photos      string        `help:"Folder of JPEG files named by house and room, e.g. 101_frontal.jpg, 101_kitchen.jpg; photos of an invented house are drawn if not given." type:"existingdir"`
	House       string        `help:"Which house of the folder; the first complete one if not given."`
	Seed        int64         `help:"Which home to invent; a random one if 0. One that was submitted before is known by its address and its photos."`
	Owner       string        `help:"The owner's phone; a random number if not given." placeholder:"+91…"`
	Valuer      string        `help:"The valuer's phone." default:"+919800000002"`
	Supervisor  string        `help:"The supervisor's phone." default:"+919800000004"`
	OTPCommand  string        `help:"Shell command that prints the code sent to $PHONE; the demo's messages if not given." name:"otp-command"`
	TOTPCommand string        `help:"Shell command that prints the authenticator code of $PHONE; needed with --otp-command." name:"totp-command"`
	Timeout     time.Duration `help:"Give up after this long; never if 0." default:"5m"`
	Report      string        `help:"Save the report here; <reference>.pdf if not given." type:"path"`
}

// Run does the main job.
func (c journeyCommand) Run(ctx context.Context, out io.Writer) error {
	if c.Seed == 0 {
		c.Seed = rand.Int64() //nolint:gosec // a made-up home, no secret
	}
	photos, err := c.photos()
	if err != nil {
		return err
	}
	codes, err := c.codes()
	if err != nil {
		return err
	}
	if c.Owner == "" {
		c.Owner = fmt.Sprintf("+9198%08d", 10_000_000+rand.IntN(90_000_000)) //nolint:gosec // a made-up number, no secret
	}
	_, err = journey.Plan{
		URL: c.URL, Photos: photos, Codes: codes, Owner: c.Owner, Valuer: c.Valuer, Supervisor: c.Supervisor,
		Property: journey.DrawnProperty(c.Seed), Report: c.Report, Progress: out, Timeout: c.Timeout,
	}.Run(ctx)
	return err
}

// photos returns the photos of the folder, or drawn ones if no folder is given.
func (c journeyCommand) photos() ([]journey.Photo, error) {
	if c.Photos != "" {
		return journey.LoadPhotos(c.Photos, c.House)
	}
	return journey.DrawnHouse(c.Seed), nil
}

func (c journeyCommand) codes() (journey.Codes, error) {
	if c.OTPCommand != "" {
		return journey.CommandCodes{OTPCommand: c.OTPCommand, TOTPCommand: c.TOTPCommand}, nil
	}
	client, err := propflow.New(c.URL, "", nil)
	if err != nil {
		return nil, err
	}
	return journey.DemoCodes{Client: client}, nil
}
