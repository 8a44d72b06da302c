package snapshot

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// The names of the parts of an archive: the Snapshot without rows and objects, a folder with a
// file for each table, and a folder with the objects.
const (
	manifest     = "snapshot.json"
	tableFolder  = "tables/"
	objectFolder = "objects/"
)

// Write writes the snapshot to a zip file.
func (s Snapshot) Write(path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	described, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	if err := add(archive, manifest, described); err != nil {
		return err
	}
	for _, t := range s.Tables {
		if err := add(archive, tableFolder+t.Name, t.Rows); err != nil {
			return err
		}
	}
	for _, o := range s.Objects {
		if err := add(archive, objectFolder+o.Key, o.Data); err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, name string, data []byte) error {
	entry, err := archive.Create(name)
	if err == nil {
		_, err = entry.Write(data)
	}
	return err
}

// Read reads a snapshot from a zip file that Write wrote.
func Read(path string) (s Snapshot, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	files := make(map[string][]byte, len(archive.File))
	for _, entry := range archive.File {
		if files[entry.Name], err = content(entry); err != nil {
			return s, err
		}
		if key, ok := strings.CutPrefix(entry.Name, objectFolder); ok {
			s.Objects = append(s.Objects, Object{key, files[entry.Name]})
		}
	}
	if err := json.Unmarshal(files[manifest], &s); err != nil {
		return s, fmt.Errorf("%s of %s: %w", manifest, path, err)
	}
	for i, t := range s.Tables {
		s.Tables[i].Rows = files[tableFolder+t.Name]
	}
	return s, nil
}

func content(entry *zip.File) (_ []byte, err error) {
	file, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(file)
}
