package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain/postal"
)

func main() {
	if err := run(os.Stdin, filepath.Join("domain", "postal")); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

func run(table io.Reader, folder string) error {
	pincodes, districts, err := derive(table)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "districts.txt"), []byte(districts), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "pincodes.txt"), []byte(pincodes), 0o600)
}

// misplaced are pincodes whose offices have the state and district of another pincode: all others
// of their sorting district, and their own position if they have one, are in another state.
// They are written without a state.
var misplaced = []string{"334002", "384316", "504346", "612906", "791701", "799001"}

// derive returns pincodes.txt and districts.txt. Its error names the pincode and the column.
func derive(table io.Reader) (pincodes, districts string, err error) {
	rows, err := csv.NewReader(table).ReadAll()
	if err != nil {
		return "", "", err
	}
	if len(rows) == 0 {
		return "", "", fmt.Errorf("the table is empty")
	}
	entries := make([]entry, 0, len(rows))
	names := []string{""}
	for _, fields := range rows[1:] {
		e, err := parse(row{rows[0], fields})
		if err != nil {
			return "", "", err
		}
		entries, names = append(entries, e), append(names, e.district)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.pincode, b.pincode) })
	slices.Sort(names)
	names = slices.Compact(names)
	var b strings.Builder
	for i, e := range entries {
		if i > 0 && entries[i-1].pincode == e.pincode {
			return "", "", fmt.Errorf("%s is there twice", e.pincode)
		}
		at, _ := slices.BinarySearch(names, e.district)
		fmt.Fprintf(&b, "%s %07.4f %07.4f %06.1f %c %s%d %03d\n", e.pincode, e.lat, e.lng, e.spreadKM, e.quality, e.state, e.states, at)
	}
	return b.String(), strings.Join(names, "\n"), nil
}

// entry is one line of the directory.
type entry struct {
	pincode, state, district string
	states                   int
	lat, lng, spreadKM       float64
	quality                  byte
}

func parse(r row) (e entry, err error) {
	e.pincode = r.text("pincode")
	if len(e.pincode) != 6 {
		return e, fmt.Errorf("pincode %q has not six digits", e.pincode)
	}
	if !slices.Contains(postal.Qualities, postal.Quality(strings.ToUpper(r.text("quality")))) {
		return e, fmt.Errorf("%s: quality %q is not known", e.pincode, r.text("quality"))
	}
	e.quality = r.text("quality")[0]
	for column, n := range map[string]*float64{"lat": &e.lat, "lng": &e.lng, "p90_km": &e.spreadKM} {
		if s := r.text(column); s != "" {
			if *n, err = strconv.ParseFloat(s, 64); err != nil || *n < 0 || *n > 9999 {
				return e, fmt.Errorf("%s: %s is no number that fits", e.pincode, column)
			}
		}
	}
	e.state = "--"
	if r.text("state") == "" || slices.Contains(misplaced, e.pincode) {
		return e, nil
	}
	state, ok := postal.ParseState(r.text("state"))
	if !ok {
		return e, fmt.Errorf("%s: state %q is not known", e.pincode, r.text("state"))
	}
	if e.states, err = strconv.Atoi(r.text("states_n")); err != nil || e.states < 1 || e.states > 9 {
		return e, fmt.Errorf("%s: states_n is no number that fits", e.pincode)
	}
	e.state, e.district = string(state), capitalised(r.text("district"))
	return e, nil
}

// row is a row of the table with the names of its columns.
type row struct{ columns, fields []string }

func (r row) text(column string) string {
	if i := slices.Index(r.columns, column); i >= 0 {
		return strings.TrimSpace(r.fields[i])
	}
	return ""
}

// capitalised returns a name of a district as it is written in a text: the table has "NEW DELHI"
// beside "South East".
func capitalised(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		switch {
		case w == "AND":
			words[i] = "and"
		case w == strings.ToUpper(w) && !strings.Contains(w, ".") && w != "NTR":
			parts := strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '(' || r == ')' })
			for _, p := range parts {
				w = strings.Replace(w, p, p[:1]+strings.ToLower(p[1:]), 1)
			}
			words[i] = w
		}
	}
	return strings.Join(words, " ")
}
