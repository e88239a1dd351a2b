package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"
)

const (
	lifecycles     = "endoflife-date/endoflife.date"
	eksLifecycle   = "products/amazon-eks.md"
	standardColumn = 2
	extendedColumn = 3
	sourceColumn   = 4
)

// renewVersions takes the ends of support from endoflife.date, which reads AWS's own
// calendar. Releases before the first of the table are history and left out.
func renewVersions(t *table, from repositories, _ string) error {
	tree, err := from.read(lifecycles, "", eksLifecycle)
	if err != nil {
		return err
	}
	defer tree.remove()
	releases, err := readLifecycle(tree, t.first())
	if err != nil {
		return err
	}
	source := "endoflife.date-" + tree.date
	for _, r := range releases {
		row := t.find(r.Kubernetes)
		switch {
		case row == nil:
			t.rows = append(t.rows, []string{r.Kubernetes, r.Released, r.Standard, r.Extended, source})
		case row[standardColumn] != r.Standard || row[extendedColumn] != r.Extended:
			row[standardColumn], row[extendedColumn], row[sourceColumn] = r.Standard, r.Extended, source
		}
	}
	t.sortByVersion()
	return t.cite(tree, eksLifecycle)
}

type release struct {
	Kubernetes string `json:"releaseCycle"`
	Released   string `json:"releaseDate"`
	Standard   string `json:"eol"`
	Extended   string `json:"eoes"`
}

var day = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// readLifecycle reads the releases in the front matter of a page of endoflife.date,
// from the first one on.
func readLifecycle(files fs.FS, first string) ([]release, error) {
	page, err := fs.ReadFile(files, eksLifecycle)
	if err != nil {
		return nil, err
	}
	parts := bytes.SplitN(page, []byte("---\n"), 3)
	if len(parts) != 3 || len(parts[0]) > 0 {
		return nil, fmt.Errorf("%s has no front matter", eksLifecycle)
	}
	var matter struct {
		Releases []release `json:"releases"`
	}
	if err := yaml.Unmarshal(parts[1], &matter); err != nil {
		return nil, fmt.Errorf("%s: %w", eksLifecycle, err)
	}
	releases := slices.DeleteFunc(matter.Releases, func(r release) bool { return compareVersions(r.Kubernetes, first) < 0 })
	if len(releases) == 0 {
		return nil, fmt.Errorf("%s lists no releases from %s on", eksLifecycle, first)
	}
	for _, r := range releases {
		if !day.MatchString(r.Released) || !day.MatchString(r.Standard) || !day.MatchString(r.Extended) {
			return nil, fmt.Errorf("%s: release %q has no day of release or of the ends of support", eksLifecycle, r.Kubernetes)
		}
	}
	return releases, nil
}
