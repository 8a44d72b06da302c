package photos_test

import (
	"bufio"
	"bytes"
	"fmt"
	"image/jpeg"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// rounds is how often each thing is timed, taking turns with the others. Medians are printed.
const rounds = 15

// BenchmarkPhotos times the whole inspection of one generated photo of 12 megapixels, with both
// derivatives, in pure Go and with libjpeg-turbo, against decoding the same file fully with
// libjpeg-turbo: by the adapter, which stays in YCbCr, and by djpeg, which goes on to RGB.
// Aims: at most 2.2 with libjpeg-turbo and 6 in pure Go, and 160 MB at the most.
func BenchmarkPhotos(b *testing.B) {
	file := filepath.Join(b.TempDir(), "photo.jpg")
	data := noisyPhoto(4032, 3024)
	require.NoError(b, os.WriteFile(file, data, 0o600))
	pure, turbo := startPhoto(b, "nodynamic", file), startPhoto(b, "nodynamic,turbo", file)
	timed := map[string]func() spent{}
	for _, word := range []string{"decode", "inspect", "together"} {
		timed["pure "+word] = func() spent { return pure.ask(b, word) }
		timed["turbo "+word] = func() spent { return turbo.ask(b, word) }
	}
	if djpeg, err := exec.LookPath("djpeg"); err == nil {
		timed["djpeg"] = func() spent { return timeCommand(b, djpeg, "-outfile", os.DevNull, file) }
	}
	names := slices.Sorted(maps.Keys(timed))
	for b.Loop() {
		taken := map[string][]spent{}
		for range rounds {
			for _, name := range names {
				taken[name] = append(taken[name], timed[name]())
			}
		}
		b.Logf("a JPEG of 4032×3024 and %.1f MB; medians of %d, taken in turns; load %s", float64(len(data))/1e6, rounds, load(b))
		base := medians(taken["turbo decode"])
		for _, name := range names {
			m := medians(taken[name])
			b.Logf("%-15s processor %6.1f ms, %5.2f of turbo decode; wall %6.1f ms, %5.2f", name, m.processor, m.processor/base.processor, m.wall, m.wall/base.wall)
		}
		b.ReportMetric(medians(taken["turbo inspect"]).processor/base.processor, "turbo/decode")
		b.ReportMetric(medians(taken["pure inspect"]).processor/base.processor, "pure/decode")
		if full := medians(taken["djpeg"]).processor; full > 0 {
			b.ReportMetric(medians(taken["turbo inspect"]).processor/full, "turbo/djpeg")
			b.ReportMetric(medians(taken["pure inspect"]).processor/full, "pure/djpeg")
		}
		b.ReportMetric(1000/medians(taken["turbo together"]).wall, "turbo-photos/s")
		b.ReportMetric(1000/medians(taken["pure together"]).wall, "pure-photos/s")
	}
}

// spent is what one thing took, in milliseconds: of processors, which a busy machine
// changes little, and by the wall clock.
type spent struct{ processor, wall float64 }

func medians(all []spent) spent {
	return spent{
		median(all, func(s spent) float64 { return s.processor }),
		median(all, func(s spent) float64 { return s.wall }),
	}
}

func median(all []spent, of func(spent) float64) float64 {
	if len(all) == 0 {
		return 0
	}
	values := make([]float64, 0, len(all))
	for _, s := range all {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkPhotoMemory prints the greatest resident memory of a process that inspects one
// file five times, one after the other.
func BenchmarkPhotoMemory(b *testing.B) {
	folder := b.TempDir()
	files := []struct {
		name string
		data []byte
	}{
		{"JPEG of 12 MP", noisyPhoto(4032, 3024)},
		{"progressive of 12 MP", progressive(noisyPhoto(4032, 3024))},
		{"JPEG of 50 MP", photofixture.House(1, photofixture.Options{Width: 8160, Height: 6120, Quality: 75})},
		{"progressive of 50 MP", progressive(photofixture.House(1, photofixture.Options{Width: 8160, Height: 6120, Quality: 75}))},
		{"PNG of 12 MP", photofixture.House(1, photofixture.Options{Width: 4032, Height: 3024, Format: photofixture.PNG})},
		{"HEIC of 4 MP", photofixture.House(1, photofixture.Options{Width: 2304, Height: 1728, Format: photofixture.HEIC})},
	}
	binaries := []string{buildPhoto(b, "nodynamic"), buildPhoto(b, "nodynamic,turbo")}
	for b.Loop() {
		for _, f := range files {
			if len(f.data) == 0 || len(f.data) > domain.MaxPhotoBytes {
				b.Logf("%-20s left out (%d bytes)", f.name, len(f.data))
				continue
			}
			path := filepath.Join(folder, "photo")
			require.NoError(b, os.WriteFile(path, f.data, 0o600))
			peaks := make([]float64, 0, len(binaries))
			for _, binary := range binaries {
				p := runPhoto(b, binary, path)
				for range 5 {
					p.ask(b, "inspect")
				}
				peaks = append(peaks, p.ask(b, "peak").processor)
			}
			b.Logf("%-20s %4.1f MB  peak %4.0f MB in pure Go, %4.0f MB with libjpeg-turbo", f.name, float64(len(f.data))/1e6, peaks[0], peaks[1])
		}
	}
}

// photoProcess is testdata/photo at work.
type photoProcess struct {
	in  io.Writer
	out *bufio.Scanner
}

func startPhoto(b *testing.B, tags, file string) photoProcess {
	return runPhoto(b, buildPhoto(b, tags), file)
}

// buildPhoto builds testdata/photo. If that fails, because a compiler or header is missing, it
// skips the benchmark.
func buildPhoto(b *testing.B, tags string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "photo")
	cmd := exec.Command("go", "build", "-tags", tags, "-o", binary, "./tests/programs/bench/photos/testdata/photo")
	cmd.Dir = "../../../.."
	if said, err := cmd.CombinedOutput(); err != nil {
		b.Skipf("with the tags %s it does not build (Debian: apt-get install gcc libjpeg62-turbo-dev): %s", tags, said)
	}
	return binary
}

func runPhoto(b *testing.B, binary, file string) photoProcess {
	b.Helper()
	cmd := exec.Command(binary, file)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	require.NoError(b, err)
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return photoProcess{in, bufio.NewScanner(out)}
}

// ask sends a word and returns the answer.
func (p photoProcess) ask(b *testing.B, word string) (answer spent) {
	b.Helper()
	_, err := fmt.Fprintln(p.in, word)
	require.NoError(b, err)
	require.True(b, p.out.Scan(), "%s: no answer", word)
	_, err = fmt.Sscan(p.out.Text(), &answer.processor, &answer.wall)
	require.NoError(b, err)
	return answer
}

func timeCommand(b *testing.B, name string, args ...string) spent {
	b.Helper()
	cmd, start := exec.Command(name, args...), time.Now()
	require.NoError(b, cmd.Run())
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return spent{ms(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()), ms(time.Since(start))}
}

// noisyPhoto is a generated house with the noise of a sensor, so that its file is as large
// as a phone's, and with EXIF that turns it on its side.
func noisyPhoto(width, height int) []byte { return noisyHouse(1, width, height) }

// noisyHouse is noisyPhoto of another house.
func noisyHouse(seed int64, width, height int) []byte {
	img := photofixture.Picture(seed, photofixture.Options{Width: width, Height: height})
	random := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(img.Pix); i += 4 {
		noise := int(random.Uint32()&7+random.Uint32()>>3&7) - 7 // triangular
		for c := range 3 {
			img.Pix[i+c] = uint8(min(max(int(img.Pix[i+c])+noise, 0), 255))
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 91}); err != nil {
		panic(err)
	}
	taken := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	return photofixture.WithJPEGMetadata(file.Bytes(), photofixture.Phone(taken, 28.6, 77.2).TIFF(6))
}

// progressive returns the file as a progressive JPEG, nil if jpegtran fails or is not installed.
func progressive(file []byte) []byte {
	cmd := exec.Command("jpegtran", "-progressive", "-copy", "all")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		return nil
	}
	return out
}

// load is the machine's load average, to judge the figures by.
func load(b *testing.B) string {
	b.Helper()
	average, err := os.ReadFile("/proc/loadavg")
	require.NoError(b, err)
	return strings.Join(strings.Fields(string(average))[:3], " ")
}
