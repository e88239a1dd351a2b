package output

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/sync"
)

// platform returns the manifests that a management cluster needs once: the composite
// resources' definitions and Compositions, and the objects of package bootstrap.
func (o *Output) platform() ([]document, error) {
	var out []document
	add := func(folder string, objects ...map[string]any) {
		for _, object := range objects {
			out = append(out, ofPlatform(folder, object))
		}
	}
	defined, err := definitions()
	if err != nil {
		return nil, err
	}
	out = append(out, defined...)
	for _, c := range o.compositions {
		out = append(out, document{path: compositionFile(c.Name), object: c.Object, text: c.text, sum: c.sum})
	}
	unkept := len(out)
	add("packages", bootstrap.Packages(o.kinds.Provided(), o.delivery.Packages)...)
	add("packages", bootstrap.RuntimeConfig(o.delivery.Provider.RoleARN))
	add("packages", bootstrap.ImageConfigs(o.delivery.Packages)...)
	for _, object := range bootstrap.Admission(sync.Identity(o.delivery)) {
		folder := "admission/policies"
		if object["kind"] != "ValidatingAdmissionPolicy" {
			folder = "admission/bindings"
		}
		add(folder, object)
	}
	add("", bootstrap.ActivationPolicy("dominoc", o.kinds.Managed), bootstrap.Role(o.kinds.Others))
	for _, d := range out[unkept:] {
		keep(d.object) // definitions and Compositions are made so
	}
	return out, nil
}

func ofPlatform(folder string, object map[string]any) document {
	name := object["metadata"].(map[string]any)["name"].(string)
	return document{path: path.Join("platform", folder, fileName(name)), object: object}
}

// compositionFolder is the folder of the Compositions.
const compositionFolder = "platform/compositions"

// compositionFile is the file of a Composition.
func compositionFile(name string) string { return path.Join(compositionFolder, fileName(name)) }

// WrittenCompositions returns the names of the Compositions in an output folder. The
// error is fs.ErrNotExist where the folder holds no output.
func WrittenCompositions(folder string) (map[string]bool, error) {
	entries, err := os.ReadDir(filepath.Join(folder, filepath.FromSlash(compositionFolder)))
	names := map[string]bool{}
	for _, e := range entries {
		names[strings.TrimSuffix(e.Name(), ".yaml")] = true
	}
	return names, err
}

// fileName returns the file of an object; RBAC names may have colons, which some file
// systems do not permit.
func fileName(name string) string {
	return strings.ReplaceAll(name, ":", "-") + ".yaml"
}
