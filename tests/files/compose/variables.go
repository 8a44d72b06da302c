package compose

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Documented names variables that .env.example lacks, or holds although nobody reads them;
// read lists those that our processes read.
func (s *Stack) Documented(read []string) (faults []string) {
	for _, name := range slices.Sorted(maps.Keys(s.variables)) {
		if _, there := s.Example[name]; !there {
			faults = append(faults, name+": docker-compose.yml uses it, .env.example lacks it")
		}
	}
	for _, name := range read {
		if _, there := s.Example[name]; !there {
			faults = append(faults, name+": app/config reads it, .env.example lacks it")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Example)) {
		if _, used := s.outside()[name]; !used && !slices.Contains(read, name) {
			faults = append(faults, name+": stands in .env.example, but nobody reads it")
		}
	}
	return faults
}

// outside lists the variables that docker-compose.yml uses beyond handing them to our
// processes under their own name.
func (s *Stack) outside() map[string]bool {
	used := make(map[string]bool)
	s.texts(func(path []string, text string) {
		inside := len(path) == 3 && path[1] == "environment" && roles()[path[0]].command != ""
		for name := range references(text) {
			if !inside || path[2] != name {
				used[name] = true
			}
		}
	})
	return used
}

// Given names variables that a process of ours is not given although it reads them, or is
// given although it does not; read tells by service what it reads.
func (s *Stack) Given(read map[string][]string) (faults []string) {
	for name, service := range s.Project.Services {
		if roles()[name].command == "" {
			continue
		}
		for _, variable := range read[name] {
			if _, given := service.Environment[variable]; !given {
				faults = append(faults, name+": is not given "+variable)
			}
		}
		for variable := range service.Environment {
			if !slices.Contains(read[name], variable) {
				faults = append(faults, name+": is given "+variable+", which it does not read")
			}
		}
		if len(service.EnvFiles) > 0 {
			faults = append(faults, name+": is given a whole file of variables")
		}
	}
	slices.Sort(faults)
	return faults
}

var (
	secretName  = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|API_KEY|AUTH|DSN`)
	placeholder = regexp.MustCompile(`^\$\{[A-Z][A-Z0-9_]*(:\?[^}]*|:-)?\}$`)
	userInfo    = regexp.MustCompile(`://[^:/@\s]*:(\$\{[^}]*\}|[^@\s]*)@`)
	inLine      = regexp.MustCompile(`(?i)(?:password|requirepass|secret)[ =:]+(\S+)`)
)

// Secrets names what looks like a secret in docker-compose.yml or .env.example. In the former
// all stand as ${NAME}, without a default; in the latter they are empty.
func (s *Stack) Secrets() (faults []string) {
	s.texts(func(path []string, text string) {
		at := strings.Join(path, ".")
		if name := path[len(path)-1]; secretName.MatchString(name) && !placeholder.MatchString(text) {
			faults = append(faults, at+": a secret stands here")
		}
		if spelledOut(userInfo, text) {
			faults = append(faults, at+": a password stands in the URL")
		}
		if len(path) > 1 && path[1] == "command" && spelledOut(inLine, text) {
			faults = append(faults, at+": a password stands in the command")
		}
	})
	for name, value := range s.Example {
		if spelledOut(userInfo, value) {
			faults = append(faults, ".env.example: a password stands in "+name)
		}
		if secretName.MatchString(name) && value != "" {
			faults = append(faults, fmt.Sprintf(".env.example: a secret stands in %s", name))
		}
	}
	slices.Sort(faults)
	return faults
}

// spelledOut tells whether the secret that a pattern finds in a text is no variable's.
func spelledOut(pattern *regexp.Regexp, text string) bool {
	return slices.ContainsFunc(pattern.FindAllStringSubmatch(text, -1), func(m []string) bool {
		return !placeholder.MatchString(m[1]) && !strings.HasPrefix(m[1], "$$")
	})
}

// texts shows every string of the file as written, with the keys that lead to it.
func (s *Stack) texts(show func(path []string, text string)) {
	var walk func(path []string, value any)
	walk = func(path []string, value any) {
		switch value := value.(type) {
		case string:
			show(path, value)
		case map[string]any:
			for key, each := range value {
				walk(append(slices.Clone(path), key), each)
			}
		case []any:
			for i, each := range value {
				if key, text, pair := strings.Cut(fmt.Sprint(each), "="); pair && path[len(path)-1] == "environment" {
					walk(append(slices.Clone(path), key), text)
				} else {
					walk(append(slices.Clone(path), fmt.Sprint(i)), each)
				}
			}
		}
	}
	walk(nil, s.model["services"])
}

var reference = regexp.MustCompile(`\$\{([A-Z][A-Z0-9_]*)`)

func references(text string) map[string]bool {
	names := make(map[string]bool)
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return names
}
