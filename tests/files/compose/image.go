package compose

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// instruction is an instruction of a Dockerfile, with its continued lines joined.
type instruction struct {
	name, rest string
}

func instructions(dockerfile string) (all []instruction) {
	dockerfile = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(dockerfile, "")
	dockerfile = regexp.MustCompile(`\\\s*\n`).ReplaceAllString(dockerfile, " ")
	for line := range strings.Lines(dockerfile) {
		if name, rest, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" {
			all = append(all, instruction{strings.ToUpper(name), strings.Join(strings.Fields(rest), " ")})
		}
	}
	return all
}

var (
	minimal    = regexp.MustCompile(`^(scratch|gcr\.io/distroless/static[-a-z0-9]*:[-.a-z0-9]+(@sha256:[0-9a-f]{64})?)$`)
	notRoot    = regexp.MustCompile(`^[1-9][0-9]*(:[1-9][0-9]*)?$`)
	plainBuild = regexp.MustCompile(`\bgo build\b`)
)

// Image lists the faults of a Dockerfile. It must have several stages, end on a minimal base
// as a user other than root, pin the versions of its bases, fetch nothing itself, contain no
// secret, and build with these flags.
func Image(dockerfile string, flags []string) (faults []string) {
	fault := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	all := instructions(dockerfile)
	var stages []string // their names
	var base, user, build string
	for _, i := range all {
		switch i.name {
		case "FROM":
			var name string
			base, name = from(i.rest)
			if !slices.Contains(stages, base) && !pinned(base) {
				fault("%s: names no version and digest", base)
			}
			stages, user = append(stages, name), ""
		case "USER":
			user = i.rest
		case "ADD":
			fault("ADD %s: may fetch or unpack what nobody checked", i.rest)
		case "ARG", "ENV":
			if secretName.MatchString(strings.ToUpper(i.rest)) {
				fault("%s %s: a secret would stay in the image", i.name, i.rest)
			}
		case "RUN":
			if regexp.MustCompile(`\b(curl|wget)\b`).MatchString(i.rest) {
				fault("RUN %s: fetches what nobody checked", i.rest)
			}
		}
		if i.name == "ENV" || i.name == "RUN" && plainBuild.MatchString(i.rest) {
			build += i.rest + "\n"
		}
	}
	if len(stages) < 2 {
		fault("has %d stage, so the image holds the compiler", len(stages))
	}
	if !minimal.MatchString(base) {
		fault("ends on %s, which is not minimal", base)
	}
	if !notRoot.MatchString(user) {
		fault("runs as %q: must be a number that is not root's", user)
	}
	for _, flag := range flags {
		if !strings.Contains(build, flag) {
			fault("is built without %s", flag)
		}
	}
	return faults
}

// from splits the arguments of FROM into the image and the name of the stage.
func from(rest string) (image, name string) {
	words := slices.DeleteFunc(strings.Fields(rest), func(word string) bool { return strings.HasPrefix(word, "--") })
	if len(words) == 0 {
		return "", ""
	}
	return words[0], words[len(words)-1]
}

// version matches what follows the name of an image that cannot change: a digest, and for people
// the tag that it had.
var version = regexp.MustCompile(`^[^:@]+:[^:@]+` + digest + `$`)

// pinned reports whether a reference to an image has a digest beside a tag other than latest.
func pinned(image string) bool {
	return image == "scratch" || version.MatchString(path.Base(image)) && !strings.Contains(image, ":latest@")
}

// Ignored returns those of the files, given by their paths from the root, that a .dockerignore
// excludes from the build. The last pattern that matches a file or a folder above it decides.
func Ignored(dockerignore string, files []string) (ignored []string) {
	for _, file := range files {
		if outside(dockerignore, file) {
			ignored = append(ignored, file)
		}
	}
	return ignored
}

func outside(dockerignore, file string) (ignored bool) {
	for line := range strings.Lines(dockerignore) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rule, again := strings.CutPrefix(line, "!")
		expression := strings.NewReplacer(`\*\*/`, `(.*/)?`, `\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`).
			Replace(regexp.QuoteMeta(strings.Trim(rule, "/")))
		if regexp.MustCompile("^" + expression + "(/.*)?$").MatchString(file) {
			ignored = !again
		}
	}
	return ignored
}
