package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The kinds of platform/ whose changes have consequences.
const (
	kindProvider      = "pkg.crossplane.io/Provider"
	kindFunction      = "pkg.crossplane.io/Function"
	kindImageConfig   = "pkg.crossplane.io/ImageConfig"
	kindRuntimeConfig = "pkg.crossplane.io/DeploymentRuntimeConfig"
	kindDefinition    = "apiextensions.crossplane.io/CompositeResourceDefinition"
)

// packages are the packages that become others.
func (c sharedComparison) packages() []Danger {
	var all []Danger
	for _, change := range c.changes {
		switch change.Kind {
		case kindProvider, kindFunction:
			if change.Action == Update {
				all = append(all, packageChange(change)...)
			}
		case kindImageConfig:
			all = append(all, Danger{Code: packageChanged, Subject: change.Key, Message: imagesFrom(change)})
		}
	}
	return all
}

// packageChange is what another image of a package is.
func packageChange(change Change) []Danger {
	before, after := imageOf(text(at(change.old, "spec", "package"))), imageOf(text(at(change.new, "spec", "package")))
	switch {
	case before == after:
		return nil
	case before.name != after.name:
		return []Danger{{Code: packageChanged, Subject: change.Key, Message: fmt.Sprintf("%s is installed in place of %s", after.name, before.name)}}
	case before.version != after.version:
		return []Danger{versionChange(change.Key, before.version, after.version)}
	}
	message := fmt.Sprintf("version %s is pinned to the content %s", after.version, after.digest)
	switch {
	case after.digest == "":
		message = fmt.Sprintf("version %s is no longer pinned to its content", after.version)
	case before.digest != "":
		message += ", and was to " + before.digest
	}
	return []Danger{{Code: packageChanged, Subject: change.Key, Message: message}}
}

// versionChange is a package in another version.
func versionChange(name, before, after string) Danger {
	if older(after, before) {
		return Danger{
			Code: packageLowered, Subject: name, Message: fmt.Sprintf("version %s becomes %s", before, after),
			Instead: "keep the version",
		}
	}
	return Danger{Code: packageChanged, Subject: name, Message: fmt.Sprintf("version %s becomes %s", before, after)}
}

// image is the parts of an image's name.
type image struct{ name, version, digest string }

func imageOf(reference string) image {
	var i image
	reference, i.digest, _ = strings.Cut(reference, "@")
	i.name = reference
	if n := strings.LastIndex(reference, ":"); n > strings.LastIndex(reference, "/") {
		i.name, i.version = reference[:n], reference[n+1:]
	}
	return i
}

// older reports whether a version such as v2.6.0 comes before another.
func older(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		digits, _, _ := strings.Cut(part, "-")
		n, err := strconv.Atoi(digits)
		if err != nil {
			return all
		}
		all = append(all, n)
	}
	return all
}

func imagesFrom(change Change) string {
	rewritten := func(object map[string]any) string {
		return cmp.Or(text(at(object, "spec", "rewriteImage", "prefix")), text(at(object, "spec", "registry", "authentication", "pullSecretRef", "name")))
	}
	switch change.Action {
	case Create:
		return "images of all packages are pulled by way of " + rewritten(change.new)
	case Update:
		return fmt.Sprintf("images of all packages are pulled by way of %s, not of %s", rewritten(change.new), rewritten(change.old))
	}
	return "images of all packages are pulled by way of " + rewritten(change.old) + " until the ImageConfig is deleted by hand"
}

// identity is another role of the providers' pods.
func (c sharedComparison) identity() []Danger {
	const annotation = "eks.amazonaws.com/role-arn"
	var all []Danger
	for _, change := range c.changes {
		if change.Kind != kindRuntimeConfig || change.Action != Update {
			continue
		}
		role := func(object map[string]any) string {
			return cmp.Or(text(at(object, "spec", "serviceAccountTemplate", "metadata", "annotations", annotation)), "none")
		}
		if before, after := role(change.old), role(change.new); before != after {
			all = append(all, Danger{
				Code: providerIdentity, Message: fmt.Sprintf("the pods of the AWS providers take role %s, and took %s; the roles of the environments must trust it", after, before),
				Instead: "let the role of each environment trust the new one first (dominoc policy), and no longer the old one after the merge",
			})
		}
	}
	return all
}

// admission are policies of the API server that go or become others.
func (c sharedComparison) admission() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if !strings.HasPrefix(change.Kind, "admissionregistration.k8s.io/") || change.Action == Create {
			continue
		}
		message := "the rules by which the API server refuses objects become others"
		if change.Action != Update {
			message = "the API server's rules no longer follow the repository"
		}
		if f := strings.Join(failurePolicies(change), " becomes "); f == "Fail becomes Ignore" {
			message = "the API server lets objects pass when it cannot judge them"
		}
		all = append(all, Danger{Code: accessWidened, Subject: change.Key, Message: message})
	}
	return all
}

func failurePolicies(change Change) []string {
	return []string{text(at(change.old, "spec", "failurePolicy")), text(at(change.new, "spec", "failurePolicy"))}
}

// definitions are the definitions that take less than before: the API server
// drops fields that it no longer knows from what is there, and refuses the next
// change of what it would not take any more.
func (c sharedComparison) definitions() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if change.Kind != kindDefinition || change.old == nil {
			continue
		}
		if change.new == nil {
			continue // it stays: nothing of ours prunes it
		}
		var lost []string
		after := versionsOf(change.new)
		for _, name := range union(versionsOf(change.old), nil) {
			now, served := after[name]
			if !served {
				lost = append(lost, "version "+name)
				continue
			}
			n := narrowing{}
			n.compare("", at(versionsOf(change.old)[name], "schema", "openAPIV3Schema"), at(now, "schema", "openAPIV3Schema"))
			lost = append(lost, n...)
		}
		if len(lost) > 0 {
			all = append(all, Danger{
				Code: definitionNarrowed, Subject: change.Key, Message: "takes less than before: " + firstOf(lost),
				Instead: "keep what was released; a version of an XRD only grows",
			})
		}
	}
	return all
}

// firstOf names a few of many.
func firstOf(all []string) string {
	const most = 4
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

// versionsOf are the versions of a definition that are served, by name.
func versionsOf(definition map[string]any) map[string]any {
	all := map[string]any{}
	list, _ := at(definition, "spec", "versions").([]any)
	for _, v := range list {
		if at(v, "served") == true {
			all[text(at(v, "name"))] = v
		}
	}
	return all
}

// narrowing gathers where a schema takes less than another one.
type narrowing []string

func (n *narrowing) add(path, what string) {
	*n = append(*n, strings.TrimSpace(strings.TrimPrefix(path, ".")+" "+what))
}

// compare walks two schemas of OpenAPI v3 as Kubernetes takes them.
func (n *narrowing) compare(path string, before, after any) {
	b, _ := before.(map[string]any)
	a, _ := after.(map[string]any)
	if b == nil || a == nil {
		return
	}
	if old, now := b["type"], a["type"]; old != now && old != nil {
		n.add(path, fmt.Sprintf("is %v, was %v", cmp.Or(text(now), "nothing"), old))
		return
	}
	n.values(path, b, a)
	n.bounds(path, b, a)
	properties, _ := b["properties"].(map[string]any)
	now, _ := a["properties"].(map[string]any)
	for _, name := range union(properties, nil) {
		inner, kept := now[name]
		if !kept {
			if a["x-kubernetes-preserve-unknown-fields"] != true && a["additionalProperties"] == nil {
				n.add(path+"."+name, "is gone")
			}
			continue
		}
		n.compare(path+"."+name, properties[name], inner)
	}
	n.compare(path+"[]", b["items"], a["items"])
	n.compare(path+".*", b["additionalProperties"], a["additionalProperties"])
	if b["additionalProperties"] != nil && a["additionalProperties"] == nil {
		n.add(path, "takes no further keys")
	}
}

// values compares what a field may be and what must be there.
func (n *narrowing) values(path string, before, after map[string]any) {
	if list, ok := after["enum"].([]any); ok {
		old, _ := before["enum"].([]any)
		switch gone := without(old, list); {
		case old == nil:
			n.add(path, "takes listed values only")
		case len(gone) > 0:
			n.add(path, fmt.Sprintf("no longer takes %s", listed(gone)))
		}
	}
	old, _ := before["required"].([]any)
	now, _ := after["required"].([]any)
	for _, name := range without(now, old) {
		n.add(path+"."+text(name), "is required")
	}
	if after["pattern"] != nil && after["pattern"] != before["pattern"] {
		n.add(path, fmt.Sprintf("must match %v", after["pattern"]))
	}
}

// bounds compares numbers: those of a maximum that fall and of a minimum that rise.
func (n *narrowing) bounds(path string, before, after map[string]any) {
	for _, name := range []string{"maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems", "minLength", "minProperties"} {
		b, was := plain(before[name]).(float64)
		a, is := plain(after[name]).(float64)
		lower := strings.HasPrefix(name, "max")
		if is && (!was || lower && a < b || !lower && a > b) {
			n.add(path, fmt.Sprintf("has %s %v", name, a))
		}
	}
}
