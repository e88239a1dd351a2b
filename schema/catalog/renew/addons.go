package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

const eksGuide = "awsdocs/amazon-eks-user-guide"

// addonPages are the pages of the guide with a table of versions.
var addonPages = []struct{ addon, path string }{
	{"coredns", "latest/ug/networking/managing-coredns.adoc"},
	{"vpc-cni", "latest/ug/networking/managing-vpc-cni.adoc"},
	{"kube-proxy", "latest/ug/networking/managing-kube-proxy.adoc"},
}

// renewAddons widens the range of versions of each add-on and Kubernetes version by
// the newest one, which is what the guide lists.
func renewAddons(t *table, from repositories, _ string) error {
	var paths []string
	for _, page := range addonPages {
		paths = append(paths, page.path)
	}
	tree, err := from.read(eksGuide, "", paths...)
	if err != nil {
		return err
	}
	defer tree.remove()
	for _, page := range addonPages {
		listed, err := readAddonVersions(tree, page.path)
		if err != nil {
			return err
		}
		for _, v := range listed {
			t.widen(page.addon, v.kubernetes, v.version, tree.commit)
		}
		if err := t.cite(tree, page.path); err != nil {
			return err
		}
	}
	t.sortAddons()
	return nil
}

type addonVersion struct{ kubernetes, version string }

// A line of the guide's tables of two columns: the Kubernetes version and the add-on's.
var addonLine = regexp.MustCompile("(?m)^\\| *`?(1\\.\\d+)`? *\\| *`?(v[0-9.]+-eksbuild\\.\\d+)`? *$")

func readAddonVersions(files fs.FS, path string) ([]addonVersion, error) {
	page, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, err
	}
	var all []addonVersion
	for _, m := range addonLine.FindAllStringSubmatch(string(page), -1) {
		all = append(all, addonVersion{m[1], m[2]})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no table of versions", path)
	}
	return all, nil
}

// widen takes a version into the range of an add-on. The source names that of the
// earliest and that of the latest version.
func (t *table) widen(addon, kubernetes, version, commit string) {
	row := t.find(addon, kubernetes)
	if row == nil {
		t.rows = append(t.rows, []string{addon, kubernetes, version, version, commit})
		return
	}
	earliest, latest, two := strings.Cut(row[4], " and ")
	if !two {
		latest = earliest
	}
	switch {
	case compareVersions(version, row[3]) > 0:
		row[3], row[4] = version, earliest+" and "+commit
	case compareVersions(version, row[2]) < 0:
		row[2], row[4] = version, commit+" and "+latest
	}
}

// sortAddons keeps the add-ons in their order, and the newest Kubernetes version first.
func (t *table) sortAddons() {
	order := map[string]int{}
	for _, row := range t.rows {
		if _, seen := order[row[0]]; !seen {
			order[row[0]] = len(order)
		}
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int {
		return cmp.Or(order[a[0]]-order[b[0]], compareVersions(b[1], a[1]))
	})
}
