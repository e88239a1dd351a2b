//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// compareWithVet measures the diff of an edit of one line in a fleet against vet of
// the whole fleet: once with committed manifests, each of which is compared with the one
// that dominoc compiles now, and once without.
func compareWithVet(p programs, fleet string, n, runs int) error {
	if err := commit(p, fleet); err != nil {
		return err
	}
	if err := git(fleet, "rm -r --quiet --cached rendered", "commit --quiet -m without", "tag without"); err != nil {
		return err
	}
	if err := edit(filepath.Join(fleet, "environments/env-0000/environment.cue")); err != nil {
		return err
	}
	results, err := measure(fleet, runs, []side{
		{args: []string{p.dominoc, "diff", "--no-cache", "with"}},
		{args: []string{p.dominoc, "diff", "--no-cache", "without"}},
		{args: []string{p.dominoc, "vet", "--no-cache"}},
	})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc diff`, one line in %d, manifests committed", n), fmt.Sprintf("`dominoc vet`, %d", n), results[0], results[2], 2)
	row(fmt.Sprintf("`dominoc diff`, one line in %d", n), fmt.Sprintf("`dominoc vet`, %d", n), results[1], results[2], 0.5)
	return nil
}

// commit builds a fleet and commits it with its manifests, as tag with.
func commit(p programs, fleet string) error {
	if _, err := command(p.dominoc, "-C", fleet, "build", "--no-cache"); err != nil {
		return err
	}
	return git(fleet, "init --quiet", "add .", "commit --quiet -m base", "tag with")
}

func git(dir string, commands ...string) error {
	for _, args := range commands {
		whole := append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, strings.Fields(args)...)
		if _, err := command("git", whole...); err != nil {
			return err
		}
	}
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
