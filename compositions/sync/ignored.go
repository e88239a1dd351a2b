package sync

import (
	"bufio"
	"bytes"
	"path"
	"slices"
	"strings"
)

// IgnoreName is the file by which Flux omits files of a repository from its copy.
const IgnoreName = ".sourceignore"

// Ignore is a line of such a file: a pattern as .gitignore has it.
type Ignore struct {
	Line int // from 1
	Text string

	elements []string
	includes bool // it takes back what an earlier line excludes
	folders  bool // it names folders only
}

// Ignores reads such a file as Flux's source-controller does (package sourceignore): up
// to the first line that is too long for it.
func Ignores(content []byte) []Ignore {
	var all []Ignore
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if strings.HasPrefix(text, "#") || strings.TrimSpace(text) == "" {
			continue
		}
		i := Ignore{Line: n, Text: text}
		text, i.includes = strings.CutPrefix(text, "!")
		if !strings.HasSuffix(text, `\ `) {
			text = strings.TrimRight(text, " ")
		}
		text, i.folders = strings.CutSuffix(text, "/")
		i.elements = strings.Split(text, "/")
		all = append(all, i)
	}
	return all
}

// Excludes reports whether a line omits a file, and whether it applies to the file at
// all. The last of the lines that apply decides. The name is relative to the folder of
// the line's file.
func (i Ignore) Excludes(name string) (excludes, matches bool) {
	elements := strings.Split(name, "/")
	if len(i.elements) == 1 { // a pattern without a slash is about a name wherever it is
		at := slices.IndexFunc(elements, func(element string) bool { return matchesElement(i.elements[0], element) })
		matches = at >= 0 && !(i.folders && at == len(elements)-1)
	} else {
		matches = i.matchesPath(elements)
	}
	return matches && !i.includes, matches
}

// matchesPath follows the matcher of Flux (go-git's package gitignore) step by step.
// Like Flux, it uses the first match after **, where .gitignore tries further ones.
func (i Ignore) matchesPath(elements []string) bool {
	matched, anywhere := false, false
	for n, pattern := range i.elements {
		switch {
		case pattern == "":
			anywhere = false
			continue
		case pattern == "**" && n == len(i.elements)-1:
			continue
		case pattern == "**":
			anywhere = true
			continue
		case strings.Contains(pattern, "**") || len(elements) == 0:
			return false
		}
		at := 0
		if anywhere {
			at = slices.IndexFunc(elements, func(element string) bool { return matchesElement(pattern, element) })
		} else if !matchesElement(pattern, elements[0]) {
			at = -1
		}
		if at < 0 && !anywhere {
			return false
		}
		matched, anywhere = at >= 0, false
		if elements = elements[at+1:]; at < 0 {
			elements = nil
		}
	}
	return matched && !(i.folders && len(elements) == 0)
}

func matchesElement(pattern, element string) bool {
	matched, err := path.Match(pattern, element)
	return err == nil && matched
}
