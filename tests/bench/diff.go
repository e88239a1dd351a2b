//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// compareWithBuild measures the diff of an edit of one line in a fleet, against
// building the one environment that was edited and asking git the three things
// that a diff has to ask it: what differs, what is new, and what there was.
func compareWithBuild(p programs, fleet, alone string, n, runs int) error {
	const file = "environments/env-0000/environment.cue"
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "base"}} {
		if _, err := command("git", append([]string{"-C", fleet}, args...)...); err != nil {
			return err
		}
	}
	for _, dir := range []string{fleet, alone} {
		if err := edit(filepath.Join(dir, file)); err != nil {
			return err
		}
	}
	reading := fmt.Sprintf("git diff --name-only HEAD >/dev/null && git ls-files --others --exclude-standard >/dev/null && git show HEAD:%s >/dev/null", file)
	results, err := measure(fleet, runs, []side{
		{args: []string{p.dominoc, "diff", "HEAD"}},
		{args: []string{"sh", "-c", reading + " && exec " + p.dominoc + " -C " + alone + " build"}, before: fresh(alone)},
	})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc diff`, one line in %d", n), "`dominoc build` of that one, and git", results[0], results[1], 1.5)
	return nil
}

// edit gives the pool of the first shape another size.
func edit(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	edited := strings.Replace(string(text), "default: {}", "default: size: max: 30", 1)
	if edited == string(text) {
		return fmt.Errorf("%s has no pool to edit", file)
	}
	return os.WriteFile(file, []byte(edited), 0o644)
}
