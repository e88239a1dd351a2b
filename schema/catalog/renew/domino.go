package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
)

const (
	dominoModules   = "dominodatalab/terraform-aws-eks"
	dominoVariables = "modules/eks/variables.tf"
	dominoOlder     = "variables.tf" // before version 3 of the modules
)

// renewDomino adds the Kubernetes version that Domino's Terraform modules for each
// release of Domino install by default: those on the branch release-6.2.0 for 6.2.
func renewDomino(t *table, from repositories, _ string) error {
	newest, err := from.read(dominoModules, "", dominoVariables)
	if err != nil {
		return err
	}
	defer newest.remove()
	branches, err := from.refs(dominoModules, "heads", "release-*")
	if err != nil {
		return err
	}
	found := false
	for _, branch := range branches {
		release := dominoBranch.FindStringSubmatch(branch)
		if release == nil {
			continue // of the modules' own versions, such as release-v3.0
		}
		found = true
		if err := t.addDomino(release[1], branch, from); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%s has no branch such as release-6.2.0", dominoModules)
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int {
		return cmp.Or(compareVersions(a[0], b[0]), compareVersions(a[1], b[1]))
	})
	return t.cite(newest, dominoVariables)
}

var dominoBranch = regexp.MustCompile(`^release-(\d+\.\d+)\.\d+$`)

func (t *table) addDomino(release, branch string, from repositories) error {
	tree, err := from.read(dominoModules, branch, dominoVariables, dominoOlder)
	if err != nil {
		return err
	}
	defer tree.remove()
	kubernetes, err := readDefaultVersion(tree)
	if err != nil {
		return fmt.Errorf("%s: %w", branch, err)
	}
	if t.find(release, kubernetes) == nil {
		t.rows = append(t.rows, []string{release, kubernetes, fmt.Sprintf("Terraform modules %s at %s (%s)", branch, tree.commit, tree.date)})
	}
	return nil
}

var defaultVersion = regexp.MustCompile(`k8s_version\s*=\s*optional\(string,\s*"(1\.\d+)"\)`)

// readDefaultVersion returns the Kubernetes version of clusters for which none is stated.
func readDefaultVersion(files fs.FS) (string, error) {
	for _, name := range []string{dominoVariables, dominoOlder} {
		content, err := fs.ReadFile(files, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if m := defaultVersion.FindSubmatch(content); m != nil {
			return string(m[1]), nil
		}
	}
	return "", fmt.Errorf("%s has no default of k8s_version", dominoVariables)
}
