package privacy

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// archiveBytes is the size from which on a new archive is begun. With the largest photo it limits
// what a worker keeps in memory.
const archiveBytes = 32 << 20

// BuildExport is the job that makes the files of an export: data.json, the originals of the person's
// photos and their reports.
type BuildExport struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// Execute makes the export that subject names, unless it was made, or its person was erased. Errors:
// KindUnavailable.
func (uc BuildExport) Execute(ctx context.Context, subject string) error {
	id := domain.ExportID(subject)
	var export domain.Export
	doc, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (*document, error) {
		var err error
		if export, err = tx.Exports.Get(ctx, id); err != nil || export.State != domain.ExportPending {
			return nil, err
		}
		return collect(ctx, tx, export.UserID, uc.Clock.Now())
	})
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	if err != nil || doc == nil {
		return err
	}
	parts, err := uc.write(ctx, export, doc)
	if err != nil {
		return err
	}
	err = uc.settle(ctx, id, func(e *domain.Export) { e.State, e.Parts, e.ReadyAt = domain.ExportReady, parts, uc.Clock.Now() })
	if domain.IsKind(err, domain.KindNotFound) { // deleted meanwhile: nobody else would find these files
		return uc.Blobs.Purge(ctx, export.Folder().String())
	}
	return err
}

// GiveUp marks the export as failed, so that the person can order another. Errors: KindUnavailable,
// KindStale.
func (uc BuildExport) GiveUp(ctx context.Context, subject string) error {
	err := uc.settle(ctx, domain.ExportID(subject), func(e *domain.Export) { e.State = domain.ExportFailed })
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	return err
}

func (uc BuildExport) settle(ctx context.Context, id domain.ExportID, mark func(*domain.Export)) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		export, err := tx.Exports.Lock(ctx, id)
		if err != nil || export.State != domain.ExportPending {
			return err
		}
		mark(&export)
		return tx.Exports.Update(ctx, &export)
	})
}

// write stores the archives and returns their number.
func (uc BuildExport) write(ctx context.Context, export domain.Export, doc *document) (int, error) {
	w := &archives{ctx: ctx, blobs: uc.Blobs, export: export}
	encoded, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return 0, fmt.Errorf("encode the export: %w", err)
	}
	if err := w.add("data.json", bytes.NewReader(encoded), doc.MadeAt); err != nil {
		return 0, err
	}
	for _, f := range doc.files {
		if err := uc.copy(ctx, w, f, doc.MadeAt); err != nil {
			return 0, err
		}
	}
	return w.part, w.close()
}

// copy adds a stored file. One that the object store has lost is left out.
func (uc BuildExport) copy(ctx context.Context, w *archives, f file, at time.Time) error {
	content, err := uc.Blobs.Open(ctx, f.key)
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	return w.add(f.name, content, at)
}

// file is a stored file and its name in the archive.
type file struct{ key, name string }

func photoFile(p domain.Photo) file {
	ending := path.Base(p.Announced.ContentType)
	return file{p.OriginalKey(), fmt.Sprintf("photos/%s/%s.%s", p.PropertyID, p.ID, ending)}
}

// archives writes ZIP files one after the other.
type archives struct {
	ctx    context.Context //nolint:containedctx // of the one job that writes
	blobs  ports.Blobs
	export domain.Export
	part   int
	buffer bytes.Buffer
	zip    *zip.Writer
}

func (a *archives) add(name string, content io.Reader, at time.Time) error {
	if a.zip == nil {
		a.part++
		a.buffer.Reset()
		a.zip = zip.NewWriter(&a.buffer)
	}
	to, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
	if err == nil {
		_, err = io.Copy(to, content)
	}
	if err != nil {
		return err
	}
	if err := a.zip.Flush(); err != nil {
		return err
	}
	if a.buffer.Len() < archiveBytes {
		return nil
	}
	return a.close()
}

// close stores the archive that was begun, if there is one.
func (a *archives) close() error {
	if a.zip == nil {
		return nil
	}
	if err := a.zip.Close(); err != nil {
		return err
	}
	a.zip = nil
	return a.blobs.Put(a.ctx, a.export.PartKey(a.part), "application/zip", a.buffer.Bytes())
}
