// Command photo inspects the file in its only argument once for each word on standard input,
// and answers each with the milliseconds that it took, of processor time and by the wall clock.
// It is built with and without the tag turbo.
//
//	inspect   one whole inspection with both derivatives
//	together  as many at once as processors, one each; the answer is per photo
//	decode    no inspection, only the file decoded once
//	peak      the greatest resident memory so far, in MB, in place of milliseconds
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
)

func main() {
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	inspector := imaging.New()
	words := bufio.NewScanner(os.Stdin)
	for words.Scan() {
		word := words.Text()
		if word == "peak" {
			fmt.Println(peakMB(), 0)
			continue
		}
		start, busy := time.Now(), processorTime()
		switch word {
		case "inspect":
			inspect(inspector, file)
		case "together":
			together(inspector, file)
		default:
			if err := alone(word, file); err != nil {
				log.Fatal(err)
			}
		}
		spent, took := processorTime()-busy, time.Since(start)
		if word == "together" {
			spent, took = spent/time.Duration(runtime.GOMAXPROCS(0)), took/time.Duration(runtime.GOMAXPROCS(0))
		}
		fmt.Println(ms(spent), ms(took))
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// processorTime returns the processor time that all threads of this process have used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func inspect(inspector *imaging.Inspector, file []byte) {
	found, err := inspector.Inspect(context.Background(), bytes.NewReader(file))
	if err != nil {
		log.Fatal(err)
	}
	if found.Facts.Fault != domain.NoFault || len(found.Display) == 0 || len(found.Thumb) == 0 {
		log.Fatalf("not a sound photo: %s", found.Facts.Fault)
	}
}

func together(inspector *imaging.Inspector, file []byte) {
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() { inspect(inspector, file) })
	}
	group.Wait()
}

// peakMB returns the most memory that this process ever had resident.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				log.Fatal(err)
			}
			return kb / 1024
		}
	}
	log.Fatal("no peak in /proc/self/status")
	return 0
}
