package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func exportMe(w *fixture.World) domain.Export {
	w.T.Helper()
	export, err := privacy.ExportMe{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(w.T.Context(), privacy.ExportMeInput{Actor: fixture.Owner})
	require.NoError(w.T, err)
	return export
}

func buildExport(w *fixture.World) privacy.BuildExport {
	return privacy.BuildExport{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
}

// archive returns the files of all archives of an export, and their number.
func archive(w *fixture.World, id domain.ExportID) (map[string][]byte, int) {
	w.T.Helper()
	get := privacy.GetMyExport{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	view, err := get.Execute(w.T.Context(), privacy.GetMyExportInput{Actor: fixture.Owner, ExportID: id})
	require.NoError(w.T, err)
	require.Len(w.T, view.Links, view.Export.Parts)
	files := map[string][]byte{}
	for part := 1; part <= view.Export.Parts; part++ {
		object, err := w.Blobs.Open(w.T.Context(), view.Export.PartKey(part))
		require.NoError(w.T, err)
		data, err := io.ReadAll(object)
		require.NoError(w.T, err)
		read, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		require.NoError(w.T, err)
		for _, f := range read.File {
			content, err := f.Open()
			require.NoError(w.T, err)
			files[f.Name], err = io.ReadAll(content)
			require.NoError(w.T, err)
		}
	}
	return files, view.Export.Parts
}

// photographed stores the original of a photo that was uploaded.
func photographed(w *fixture.World, id domain.PhotoID, data []byte) {
	w.T.Helper()
	w.SetPhoto(id, func(p *domain.Photo) {
		p.CompletedAt, p.Announced.ContentType = w.Clock.Now(), domain.ContentJPEG
		p.LinkedTo = []domain.PropertyID{"another's"}
	})
	require.NoError(w.T, w.Blobs.Put(w.T.Context(), w.Photo(id).OriginalKey(), domain.ContentJPEG, data))
}

func TestTheExportHasWhatIsTheirsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := lives(t)
	photographed(w, "rejected-front", []byte("the front"))
	photographed(w, "open-front", []byte("another front"))
	w.SetPhoto("open-living", func(p *domain.Photo) { p.CompletedAt = w.Clock.Now() }) // the object store has lost it
	session := domain.NewSession("s", domain.User{ID: fixture.Owner.ID}, "", strings.Repeat("0", 64), w.Clock.Now())
	session.End(domain.EndedByLogout, w.Clock.Now())
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) })
	export := exportMe(w)
	assert.Equal(t, domain.ExportPending, export.State)
	assert.Equal(t, export, exportMe(w), "one at a time")
	require.NoError(t, buildExport(w).Execute(t.Context(), string(export.ID)))
	files, parts := archive(w, export.ID)
	assert.Equal(t, 1, parts)
	assert.Equal(t, []byte("the front"), files["photos/rejected/rejected-front.jpeg"])
	assert.Equal(t, []byte("another front"), files["photos/open/open-front.jpeg"])
	assert.Len(t, files, 3)

	var doc struct {
		Tables map[string][]map[string]any
	}
	require.NoError(t, json.Unmarshal(files["data.json"], &doc))
	assert.Equal(t, string(ownersPhone), doc.Tables["users"][0]["phone"])
	assert.Len(t, doc.Tables["properties"], 4)
	require.Len(t, doc.Tables["sessions"], 1, "until it is deleted")
	assert.Equal(t, "LOGOUT", doc.Tables["sessions"][0]["ended_by"])
	text := string(files["data.json"])
	assert.Contains(t, text, "4th Cross")
	assert.Contains(t, text, "not this one", "the note of the rejection is for the owner")
	for _, secret := range []string{"another's", string(fixture.Valuer.ID), string(fixture.Admin.ID), "salt", "confidence", "hash"} {
		assert.NotContains(t, text, `"`+secret+`"`)
	}
	require.NoError(t, buildExport(w).Execute(t.Context(), string(export.ID)), "again, it does nothing")

	get := privacy.GetMyExport{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	_, err := get.Execute(t.Context(), privacy.GetMyExportInput{Actor: fixture.Stranger, ExportID: export.ID})
	fixture.Refused(t, err, domain.KindNotFound, "export_not_found")
	w.Clock.Advance(domain.ExportKept)
	_, err = get.Execute(t.Context(), privacy.GetMyExportInput{Actor: fixture.Owner, ExportID: export.ID})
	fixture.Refused(t, err, domain.KindNotFound, "export_not_found")
	remove := privacy.DeleteExport{UnitOfWork: w.Store, Blobs: w.Blobs}
	require.NoError(t, remove.Execute(t.Context(), string(export.ID)))
	require.NoError(t, remove.Execute(t.Context(), string(export.ID)), "again")
	assert.False(t, slices.ContainsFunc(w.Blobs.Keys(), func(key string) bool { return strings.HasPrefix(key, domain.ExportRoot) }))
	assert.NotEqual(t, export.ID, exportMe(w).ID)
}

func TestExportsAreSplitIntoArchives(t *testing.T) {
	t.Parallel()
	w := lives(t)
	noise := w.Entropy.Bytes(9 << 20)
	for _, id := range []domain.PhotoID{"rejected-front", "rejected-living", "open-front", "open-living", "draft-front"} {
		photographed(w, id, noise)
	}
	export := exportMe(w)
	require.NoError(t, buildExport(w).Execute(t.Context(), string(export.ID)))
	files, parts := archive(w, export.ID)
	assert.Equal(t, 2, parts)
	assert.Len(t, files, 6)
}

func TestAnExportThatFailsMayBeOrderedAgain(t *testing.T) {
	t.Parallel()
	w := lives(t)
	export := exportMe(w)
	w.Faults.Down("Blobs.Put")
	err := buildExport(w).Execute(t.Context(), string(export.ID))
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	w.Faults.Up()
	require.NoError(t, buildExport(w).GiveUp(t.Context(), string(export.ID)))
	require.NoError(t, buildExport(w).GiveUp(t.Context(), "nothing"))
	require.NoError(t, buildExport(w).Execute(t.Context(), "nothing"))
	again := exportMe(w)
	assert.NotEqual(t, export.ID, again.ID)
	var jobs []domain.JobKind
	for _, job := range w.Everything().Jobs {
		if job.Subject == string(again.ID) {
			jobs = append(jobs, job.Kind)
			assert.Equal(t, job.Kind == domain.JobDeleteExport, job.RunAt.Equal(w.Clock.Now().Add(24*time.Hour)))
		}
	}
	assert.ElementsMatch(t, []domain.JobKind{domain.JobBuildExport, domain.JobDeleteExport}, jobs)
	// The person is erased while the export waits.
	_, err = requestErasure(w)
	require.NoError(t, err)
	require.NoError(t, buildExport(w).Execute(t.Context(), string(again.ID)))
	w.Clock.Advance(8 * 366 * 24 * time.Hour)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	finishErasures(w)
	assert.False(t, slices.ContainsFunc(w.Blobs.Keys(), func(key string) bool { return strings.HasPrefix(key, domain.ExportRoot) }))
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		left, err := tx.Exports.ByUser(ctx, fixture.Owner.ID)
		assert.Empty(t, left)
		return err
	})
}
