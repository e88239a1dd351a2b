package check

import (
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/resource"
)

// Composite is a composite resource of a member, as lowering made it of the plan
// without committed ids.
type Composite struct {
	Key       string // in the environment, such as network or pool-default; empty for DominoEnvironment itself
	Resources []resource.Resource
}

// object is a resource of a member, next to all others.
type object struct {
	*lowered
	component string
	kind      string // with its AWS service, such as Role.iam
	resource.Resource
}

// lowered reads the resources of a member by their kind and field paths, without the
// provider's types.
type lowered struct {
	objects []object
	byName  map[[2]string]object // by kind and metadata.name
	made    map[string]int       // how many there are of a kind
	fields  fieldpath.Reader
}

func newLowered(composites []Composite) *lowered {
	l := &lowered{byName: map[[2]string]object{}, made: map[string]int{}}
	for _, c := range composites {
		for _, r := range c.Resources {
			o := object{l, c.Key, kindOf(r), r}
			l.objects = append(l.objects, o)
			l.made[o.kind]++
			l.byName[[2]string{o.kind, r.Object.GetName()}] = o
		}
	}
	return l
}

// kindOf returns the kind of a resource with its AWS service, such as Role.iam.
func kindOf(r resource.Resource) string {
	kind := r.Object.GetObjectKind().GroupVersionKind()
	service, _, _ := strings.Cut(kind.Group, ".")
	return kind.Kind + "." + service
}

// awsName returns the external name; "" for an object that AWS names.
func (o object) awsName() string {
	if o.Object == nil {
		return ""
	}
	name, _ := o.ExternalName()
	return name
}

// parameter returns the text at a path below spec.forProvider.
func (o object) parameter(path string) string {
	return o.fields.Text(o.Object, parameterPath(path))
}

// parameters returns how many elements the list at a path below spec.forProvider has.
func (o object) parameters(path string) int {
	return o.fields.Len(o.Object, parameterPath(path))
}

func parameterPath(path string) fieldpath.Path {
	return fieldpath.Parse("spec.forProvider." + path)
}

// referred returns the object of a kind that a reference names; an object without content
// if there is the id of an existing resource in its place.
func (o object) referred(kind, reference string) object {
	if other, there := o.byName[[2]string{kind, o.parameter(reference + ".name")}]; there {
		return other
	}
	return object{lowered: o.lowered}
}

// pool returns the pool that the object belongs to; "" for that of another component.
func (o object) pool() string {
	for _, prefix := range []string{"pool-", "tags-"} {
		if pool, ok := strings.CutPrefix(o.component, prefix); ok {
			return pool
		}
	}
	return ""
}
