package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/outside"
)

const header = "pincode,lat,lng,quality,state,states_n,district,districts_n,n_offices,n_coords,n_dropped_far,p50_km,p90_km,prefix3_km,geonames_km\n"

func TestTheDirectoryIsWhatTheTableGives(t *testing.T) {
	t.Parallel()
	table, err := os.Open(outside.Path(t, "pincode", "india_pincode_centroids.csv"))
	require.NoError(t, err)
	defer table.Close()
	folder := t.TempDir()
	require.NoError(t, run(table, folder))
	for _, name := range []string{"pincodes.txt", "districts.txt"} {
		want, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		if !bytes.Equal(want, got) { // a diff would be long
			t.Errorf("%s is not what derive writes", name)
		}
	}
}

func TestDerive(t *testing.T) {
	t.Parallel()
	pincodes, districts, err := derive(strings.NewReader(header +
		"799001,23.82975,91.27883,fair,TELANGANA,1,Nirmal,1,5,1,0,0.0,0.0,21.7,25.3\n" +
		"176057,,,none,HIMACHAL PRADESH,1,KANGRA,1,1,0,0,,,,\n" +
		"682555,9.5,72.1,good,LAKSHADWEEP,1,KAIMUR (BHABUA),1,5,5,0,0.6,102.5,11.8,14.2\n" +
		"110025,28.56136,77.27878,good,DELHI,2,JANJGIR-CHAMPA AND DIU,3,5,5,0,0.6,2.5,11.8,14.2\n"))
	require.NoError(t, err)
	assert.Equal(t, "110025 28.5614 77.2788 0002.5 g DL2 001\n"+
		"176057 00.0000 00.0000 0000.0 n HP1 003\n"+
		"682555 09.5000 72.1000 0102.5 g LD1 002\n"+
		"799001 23.8298 91.2788 0000.0 f --0 000\n", pincodes)
	assert.Equal(t, "\nJanjgir-Champa and Diu\nKaimur (Bhabua)\nKangra", districts)
}

func TestDeriveRefuses(t *testing.T) {
	t.Parallel()
	for want, table := range map[string]string{
		"the table is empty":                "",
		"pincode \"11002\" has not six":     header + "11002,28.5,77.2,good,DELHI,1,X,3,5,5,0,0.6,2.5,11.8,14.2\n",
		"110025: quality \"\" is not":       header + "110025,28.5,77.2,,DELHI,1,X,3,5,5,0,0.6,2.5,11.8,14.2\n",
		"110025: lat is no number":          header + "110025,x,77.2,good,DELHI,1,X,3,5,5,0,0.6,2.5,11.8,14.2\n",
		"110025: state \"NARNIA\" is not":   header + "110025,28.5,77.2,good,NARNIA,1,X,3,5,5,0,0.6,2.5,11.8,14.2\n",
		"110025: states_n is no number":     header + "110025,28.5,77.2,good,DELHI,,X,3,5,5,0,0.6,2.5,11.8,14.2\n",
		"110025 is there twice":             header + strings.Repeat("110025,28.5,77.2,good,DELHI,1,X,3,5,5,0,0.6,2.5,11.8,14.2\n", 2),
		"record on line 2: wrong number of": header + "110025\n",
	} {
		_, _, err := derive(strings.NewReader(table))
		assert.ErrorContains(t, err, want)
	}
}

func TestRunWritesBothTablesOrReportsWhyNot(t *testing.T) {
	t.Parallel()
	table := header + "110025,28.56136,77.27878,good,DELHI,1,South East,3,5,5,0,0.6,2.5,11.8,14.2\n"
	folder := t.TempDir()
	require.NoError(t, run(strings.NewReader(table), folder))
	for name, want := range map[string]string{
		"pincodes.txt": "110025 28.5614 77.2788 0002.5 g DL1 001\n", "districts.txt": "\nSouth East",
	} {
		got, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	require.ErrorContains(t, run(strings.NewReader(""), folder), "the table is empty")
	require.ErrorIs(t, run(strings.NewReader(table), filepath.Join(folder, "nowhere")), os.ErrNotExist)
	_, _, err := derive(strings.NewReader("pincode,lat,lng\n110025,28.5,77.2\n"))
	require.ErrorContains(t, err, `110025: quality "" is not`, "a column that is missing")
}
