package capture_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
)

// A photo from before the shutter to its verdict.
func Example() {
	ctx, m := context.Background(), memory.ForTest()
	owner := domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	home := domain.Point{Lat: 12.9719, Lng: 77.6412}
	property := domain.Property{ID: "0190a7c2-0000-7000-8000-000000000001", OwnerID: owner.ID, Type: domain.House, State: domain.Draft}
	property.Details.Location = &domain.Location{Point: home}
	err := m.Store.Do(ctx, func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, property) })
	if err != nil {
		fmt.Println(err)
		return
	}

	issue := capture.IssueChallenge{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs}
	front := domain.Subject{Type: domain.PhotoFront}
	challenge, err := issue.Execute(ctx, capture.IssueChallengeInput{Actor: owner, PropertyID: property.ID, Subject: front})
	if err != nil {
		fmt.Println(err)
		return
	}

	file := []byte("what the camera made")
	sum := sha256.Sum256(file)
	create := capture.CreatePhoto{UnitOfWork: m.Store, Blobs: m.Blobs, Clock: m.Clock, IDs: m.IDs}
	created, err := create.Execute(ctx, capture.CreatePhotoInput{
		Actor: owner, PropertyID: property.ID, ChallengeID: challenge.ID, Subject: front,
		Announced: domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), ContentType: domain.ContentJPEG},
		Device:    domain.DeviceReport{Location: &home, AccuracyM: 8, Model: "Pixel 8"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(created.Photo.Status, "by", created.Upload.Method)

	// The client uploads the file to created.Upload.URL.
	if err := m.Blobs.Put(ctx, created.Photo.OriginalKey(), domain.ContentJPEG, file); err != nil {
		fmt.Println(err)
		return
	}
	complete := capture.CompletePhoto{UnitOfWork: m.Store, Blobs: m.Blobs, Clock: m.Clock, IDs: m.IDs}
	photo, err := complete.Execute(ctx, capture.CompletePhotoInput{Actor: owner, PropertyID: property.ID, PhotoID: created.Photo.ID})
	fmt.Println(photo.Status, err)

	// The worker takes the job.
	inspect := capture.InspectPhoto{
		UnitOfWork: m.Store, Blobs: m.Blobs, PhotoInspector: m.PhotoInspector, ImageAnalyzer: m.ImageAnalyzer,
		Clock: m.Clock, IDs: m.IDs,
	}
	fmt.Println("inspected", inspect.Execute(ctx, string(photo.ID)))
	get := capture.GetPhoto{UnitOfWork: m.Store, Blobs: m.Blobs, Clock: m.Clock}
	view, err := get.Execute(ctx, capture.GetPhotoInput{Actor: owner, PropertyID: property.ID, PhotoID: photo.ID})
	fmt.Println(view.Photo.Status, err)
	// Output:
	// AWAITING_UPLOAD by PUT
	// PROCESSING <nil>
	// inspected <nil>
	// PASSED <nil>
}
