package servers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is the processor time and memory that a process and its descendants use.
type Usage struct {
	// Processor is the time on processors since the start, including that of children that
	// have ended.
	Processor time.Duration
	// Resident is the memory in RAM, in bytes. Memory that processes share, as those of
	// PostgreSQL do, is counted once for each.
	Resident int64
}

// userHZ is the unit of processor times in /proc, the same on every Linux (proc_pid_stat(5)).
const userHZ = 100

// Usage returns the usage of the process and its descendants. Errors: errors.ErrUnsupported if
// there is no /proc as on Linux, another one if the process does not run.
func (m *Member) Usage() (Usage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == nil {
		return Usage{}, fmt.Errorf("%s does not run", m.kind.name)
	}
	all, err := processes()
	if err != nil {
		return Usage{}, err
	}
	var used Usage
	family := map[int]bool{m.current.keeper: true}
	for grew := true; grew; { // children may be listed before their parents
		grew = false
		for id, p := range all {
			if family[p.parent] && !family[id] {
				family[id], grew = true, true
				used.Processor += p.processor
				used.Resident += p.resident
			}
		}
	}
	return used, nil
}

// stat is the part of /proc/PID/stat that Usage needs.
type stat struct {
	parent    int
	processor time.Duration
	resident  int64
}

// processes returns all processes by their ids, without those that end meanwhile.
func processes() (map[int]stat, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := make(map[int]stat)
	for _, file := range files {
		line, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			continue
		}
		id, p, err := parseStat(string(line))
		if err != nil {
			return nil, err
		}
		all[id] = p
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("read /proc: %w", errors.ErrUnsupported)
	}
	return all, nil
}

// parseStat parses a line of /proc/PID/stat: the id, the program's name in parentheses, which
// may contain any character, and numbers (proc_pid_stat(5)).
func parseStat(line string) (id int, p stat, err error) {
	const parent, user, system, childrenUser, childrenSystem, resident = 4, 14, 15, 16, 17, 24
	after := strings.LastIndexByte(line, ')')
	first, _, _ := strings.Cut(line, " ")
	if id, err = strconv.Atoi(first); err != nil || after < 0 {
		return 0, stat{}, fmt.Errorf("unknown format of /proc/PID/stat: %q", line)
	}
	fields := strings.Fields(line[after+1:])
	if len(fields) < resident-2 {
		return 0, stat{}, fmt.Errorf("unknown format of /proc/PID/stat: %q", line)
	}
	field := func(n int) int64 {
		value, wrong := strconv.ParseInt(fields[n-3], 10, 64) // the third follows the name
		err = errors.Join(err, wrong)
		return value
	}
	ticks := field(user) + field(system) + field(childrenUser) + field(childrenSystem)
	p = stat{int(field(parent)), time.Duration(ticks) * time.Second / userHZ, field(resident) * int64(os.Getpagesize())}
	return id, p, err
}
