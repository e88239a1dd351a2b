package main

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	kubernetesImages = "kubernetes/k8s.io"
	autoscalerImages = "registry.k8s.io/images/k8s-staging-autoscaling/images.yaml"
)

// renewAutoscaler takes the newest image of each minor version that is promoted to
// registry.k8s.io, for the Kubernetes versions of EKS from the table's first one on.
func renewAutoscaler(t *table, from repositories, data string) error {
	eks, err := open(data, "eks-versions")
	if err != nil {
		return err
	}
	tree, err := from.read(kubernetesImages, "", autoscalerImages)
	if err != nil {
		return err
	}
	defer tree.remove()
	promoted, err := readImages(tree, autoscalerImages, "cluster-autoscaler")
	if err != nil {
		return err
	}
	first := t.first()
	for _, version := range eks.rows {
		kubernetes := version[0]
		release, known := newestPatch(promoted, "v"+kubernetes+".")
		if !known || compareVersions(kubernetes, first) < 0 {
			continue
		}
		release = strings.TrimPrefix(release, "v")
		if row := t.find(kubernetes); row != nil {
			row[1] = newest(release, row[1])
		} else {
			t.rows = append(t.rows, []string{kubernetes, release})
		}
	}
	t.sortByVersion()
	return t.cite(tree, autoscalerImages)
}

// readImages reads the tags of an image in a list of those that are promoted.
func readImages(files fs.FS, path, image string) ([]string, error) {
	content, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, err
	}
	var images []struct {
		Name    string              `json:"name"`
		Digests map[string][]string `json:"dmap"`
	}
	if err := yaml.Unmarshal(content, &images); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var tags []string
	for _, i := range images {
		for _, tagged := range i.Digests {
			if i.Name == image {
				tags = append(tags, tagged...)
			}
		}
	}
	if len(tags) == 0 {
		return nil, fmt.Errorf("%s has no image %q", path, image)
	}
	return tags, nil
}

// newestPatch returns the newest of the releases that are the prefix and a number.
func newestPatch(releases []string, prefix string) (string, bool) {
	patch := regexp.MustCompile("^" + regexp.QuoteMeta(prefix) + `\d+$`)
	fit := slices.DeleteFunc(slices.Clone(releases), func(release string) bool { return !patch.MatchString(release) })
	if len(fit) == 0 {
		return "", false
	}
	return newest(fit...), true
}

const (
	calico     = "projectcalico/calico"
	calicoDocs = "tigera/docs"
)

// renewCalico takes the newest patch release of each minor version in the table, and
// the Kubernetes versions with which its documentation says that it is tested. Which
// minor versions there are is a decision, as each restarts the pods of clusters.
func renewCalico(t *table, from repositories, _ string) error {
	var paths []string
	for _, row := range t.rows {
		paths = append(paths, calicoRequirements(row[0]))
	}
	tree, err := from.read(calicoDocs, "", paths...)
	if err != nil {
		return err
	}
	defer tree.remove()
	for i, row := range t.rows {
		minor := row[0][:strings.LastIndex(row[0], ".")+1]
		tags, err := from.refs(calico, "tags", minor+"*")
		if err != nil {
			return err
		}
		release, known := newestPatch(tags, minor)
		if !known {
			return fmt.Errorf("%s has no tag %s*", calico, minor)
		}
		row[0] = newest(release, row[0])
		tested, err := readTestedVersions(tree, paths[i])
		if err != nil {
			return err
		}
		row[1], row[2] = slices.MinFunc(tested, compareVersions), newest(tested...)
		if err := t.cite(tree, paths[i]); err != nil {
			return err
		}
	}
	return nil
}

// calicoRequirements is where the documentation of a release has its requirements.
func calicoRequirements(release string) string {
	minor := release[1:strings.LastIndex(release, ".")]
	return "calico_versioned_docs/version-" + minor + "/_includes/partials/_system-requirements.mdx"
}

var (
	testedWith = regexp.MustCompile(`(?s)(?:^|\n)#+ Supported versions\n(.*?)\n#`)
	testedLine = regexp.MustCompile(`(?m)^[-*] v?(1\.\d+) *$`)
)

func readTestedVersions(files fs.FS, path string) ([]string, error) {
	page, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, err
	}
	var versions []string
	if section := testedWith.FindSubmatch(page); section != nil {
		for _, m := range testedLine.FindAllSubmatch(section[1], -1) {
			versions = append(versions, string(m[1]))
		}
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("%s lists no Kubernetes versions under \"Supported versions\"", path)
	}
	return versions, nil
}
