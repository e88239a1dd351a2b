package proof

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/gomodule"
)

// terraform reads schemas out of the source of terraform-provider-aws: the fork that
// provider-aws links. provider-aws ships them as JSON too, which leaves out defaults,
// what is compared with a function, and whether a block is computed. Linking the fork
// would take an hour.
type terraform struct {
	t     *testing.T
	dir   string
	names map[string]string // constants of package names
	files map[string]service
}

// service is a parsed package of the fork.
type service struct {
	functions map[string]*ast.FuncDecl
	resources map[string]string   // name of the function that returns a resource, by type
	texts     map[string]string   // constants
	values    map[string]ast.Expr // variables
	where     map[string]*ast.File
}

// attribute is an attribute or block of a resource.
type attribute struct {
	sort     string // string, number, bool, map, list, set, one, blocks, set of blocks
	said     string // required, optional or computed: what a configuration may do
	computed bool
	fallback string
	compares string // the function that says when two values are equal
	unread   bool   // the provider does not ask AWS for it
	forceNew bool   // the provider would have to replace the resource to change it
	below    map[string]attribute
}

func newTerraform(t *testing.T) *terraform {
	dir, err := gomodule.Dir("tests/cluster/provider", "github.com/hashicorp/terraform-provider-aws")
	require.NoError(t, err)
	tf := &terraform{t: t, dir: dir, files: map[string]service{}}
	tf.names = tf.parse("names").texts
	return tf
}

// parse reads a package.
func (tf *terraform) parse(folder string) service {
	if known, ok := tf.files[folder]; ok {
		return known
	}
	s := service{map[string]*ast.FuncDecl{}, map[string]string{}, map[string]string{}, map[string]ast.Expr{}, map[string]*ast.File{}}
	files, err := filepath.Glob(filepath.Join(tf.dir, filepath.FromSlash(folder), "*.go"))
	require.NoError(tf.t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(tf.t, err)
		s.add(file)
	}
	tf.files[folder] = s
	return s
}

var annotation = regexp.MustCompile(`@SDKResource\("(\w+)"`)

func (s service) add(file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				s.functions[d.Name.Name] = d
				s.where[d.Name.Name] = file
			}
			if found := annotation.FindStringSubmatch(d.Doc.Text()); found != nil {
				s.resources[found[1]] = d.Name.Name
			}
			if d.Doc != nil { // Text leaves directives out
				for _, c := range d.Doc.List {
					if found := annotation.FindStringSubmatch(c.Text); found != nil {
						s.resources[found[1]] = d.Name.Name
					}
				}
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok || len(v.Values) != len(v.Names) {
					continue
				}
				for i, name := range v.Names {
					s.values[name.Name] = v.Values[i]
					if text, ok := literal(v.Values[i]); ok && d.Tok == token.CONST {
						s.texts[name.Name] = text
					}
				}
			}
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	if lit.Kind != token.STRING {
		return lit.Value, true
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// resource returns the schema of a resource type.
func (tf *terraform) resource(kind string) map[string]attribute {
	folders, err := os.ReadDir(filepath.Join(tf.dir, "internal", "service"))
	require.NoError(tf.t, err)
	for _, folder := range folders {
		if !tf.mentions(folder.Name(), kind) {
			continue
		}
		s := tf.parse("internal/service/" + folder.Name())
		if function, there := s.resources[kind]; there {
			r := reader{tf, s, kind, s.where[function]}
			return r.read(r.attributes(r.result(function)))
		}
	}
	require.Fail(tf.t, "no resource", kind)
	return nil
}

func (tf *terraform) mentions(folder, kind string) bool {
	content, err := os.ReadFile(filepath.Join(tf.dir, "internal", "service", folder, "service_package_gen.go"))
	return err == nil && strings.Contains(string(content), strconv.Quote(kind))
}

// reader evaluates the expressions of one package.
type reader struct {
	*terraform
	s    service
	kind string
	file *ast.File
}

// result returns what a function returns; an expression in its last return.
func (r reader) result(function string) ast.Expr {
	f, there := r.s.functions[function]
	require.True(r.t, there, "%s: no function %s", r.kind, function)
	last := f.Body.List[len(f.Body.List)-1].(*ast.ReturnStmt)
	return last.Results[0]
}

// fields returns the elements of a composite literal by key.
func (r reader) fields(e ast.Expr) map[string]ast.Expr {
	switch v := e.(type) {
	case *ast.UnaryExpr:
		return r.fields(v.X)
	case *ast.Ident:
		return r.fields(r.s.values[v.Name])
	case *ast.CallExpr:
		if f, ok := v.Fun.(*ast.Ident); ok {
			return r.fields(r.result(f.Name))
		}
	case *ast.CompositeLit:
		out := map[string]ast.Expr{}
		for _, element := range v.Elts {
			pair := element.(*ast.KeyValueExpr)
			out[r.text(pair.Key)] = pair.Value
		}
		return out
	}
	require.Fail(r.t, "no literal", "%s: %T", r.kind, e)
	return nil
}

// text returns a constant text; the name of a field of a struct is one.
func (r reader) text(e ast.Expr) string {
	if text, ok := literal(e); ok {
		return text
	}
	switch v := e.(type) {
	case *ast.Ident:
		if text, ok := r.s.texts[v.Name]; ok {
			return text
		}
		return v.Name
	case *ast.SelectorExpr:
		if text, ok := r.names[v.Sel.Name]; ok && v.X.(*ast.Ident).Name == "names" {
			return text
		}
		return r.enum(v)
	case *ast.CallExpr:
		return r.text(v.Fun)
	case *ast.FuncLit:
		return "func"
	}
	require.Fail(r.t, "no constant", "%s: %T", r.kind, e)
	return ""
}

// enum returns the text of a value of the AWS SDK, or the name that follows a package.
func (r reader) enum(e *ast.SelectorExpr) string {
	in, _ := e.X.(*ast.Ident)
	for _, imported := range r.file.Imports {
		path, err := strconv.Unquote(imported.Path.Value)
		require.NoError(r.t, err)
		module, types := strings.CutSuffix(path, "/types")
		if !types || in == nil || imported.Name == nil && in.Name != "types" || imported.Name != nil && in.Name != imported.Name.Name {
			continue
		}
		dir, err := gomodule.Dir("tests/cluster/provider", module)
		require.NoError(r.t, err)
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "types", "enums.go"), nil, 0)
		require.NoError(r.t, err)
		enums := service{functions: map[string]*ast.FuncDecl{}, texts: map[string]string{}, values: map[string]ast.Expr{}, where: map[string]*ast.File{}}
		enums.add(file)
		return enums.texts[e.Sel.Name]
	}
	return e.Sel.Name
}

// attributes reads the Schema of a schema.Resource.
func (r reader) attributes(resource ast.Expr) map[string]attribute {
	out := map[string]attribute{}
	for name, e := range r.fields(r.fields(resource)["Schema"]) {
		out[name] = r.attribute(e)
	}
	return out
}

// attribute reads a schema.Schema.
func (r reader) attribute(e ast.Expr) attribute {
	if call, ok := e.(*ast.CallExpr); ok {
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
			return r.shared(selector.Sel.Name)
		}
	}
	f := r.fields(e)
	is := func(name string) bool { return f[name] != nil && r.text(f[name]) == "true" }
	a := attribute{computed: is("Computed"), forceNew: is("ForceNew"), said: "computed"}
	switch {
	case is("Required"):
		a.said = "required"
	case is("Optional"):
		a.said = "optional"
	}
	if f["Default"] != nil {
		a.fallback = r.text(f["Default"])
	}
	if f["DiffSuppressFunc"] != nil {
		a.compares = r.text(f["DiffSuppressFunc"])
	}
	if f["StateFunc"] != nil && a.compares == "" {
		a.compares = "StateFunc"
	}
	a.sort, a.below = r.sort(f, is)
	return a
}

func (r reader) sort(f map[string]ast.Expr, is func(string) bool) (string, map[string]attribute) {
	one := f["MaxItems"] != nil && r.text(f["MaxItems"]) == "1"
	switch sort := r.text(f["Type"]); sort {
	case "TypeString":
		return "string", nil
	case "TypeInt", "TypeFloat":
		return "number", nil
	case "TypeBool", "TypeMap":
		return strings.ToLower(strings.TrimPrefix(sort, "Type")), nil
	case "TypeNullableBool", "TypeNullableInt":
		return "string", nil
	case "TypeList", "TypeSet":
		kind := strings.ToLower(strings.TrimPrefix(sort, "Type"))
		element := f["Elem"]
		if literal, ok := element.(*ast.UnaryExpr); ok && r.text(literal.X.(*ast.CompositeLit).Type) == "Schema" {
			return kind, nil
		}
		below := r.attributes(element)
		if one {
			return "one", below
		}
		return kind + " of blocks", below
	default:
		require.Fail(r.t, "no such type", "%s: %s", r.kind, sort)
		return "", nil
	}
}

// shared are the schemas that other packages of the fork return.
func (r reader) shared(function string) attribute {
	switch function {
	case "TagsSchema":
		return attribute{sort: "map", said: "optional"}
	case "TagsSchemaForceNew":
		return attribute{sort: "map", said: "optional", forceNew: true}
	case "TagsSchemaComputed":
		return attribute{sort: "map", said: "optional", computed: true}
	case "TagsSchemaTrulyComputed":
		return attribute{sort: "map", said: "computed", computed: true}
	}
	document := attribute{sort: "string", said: "optional", computed: strings.Contains(function, "Computed")}
	if strings.Contains(function, "Required") {
		document.said = "required"
	}
	document.forceNew = strings.Contains(function, "ForceNew")
	switch {
	case strings.HasPrefix(function, "IAMPolicyDocumentSchema"):
		document.compares = "SuppressEquivalentIAMPolicyDocuments"
	case strings.HasPrefix(function, "JSONDocumentSchema"):
		document.compares = "SuppressEquivalentJSONDocuments"
	default:
		require.Fail(r.t, "no such schema", "%s: %s", r.kind, function)
	}
	return document
}

// read marks the attributes that no function of the resource's file sets from what AWS
// answers: the state keeps what the configuration says. Setting one to what it was is no
// reading.
func (r reader) read(all map[string]attribute) map[string]attribute {
	set := map[string]bool{"tags": true, "tags_all": true, "id": true}
	ast.Inspect(r.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Set" && isIdentifier(f.X, "d") {
			if kept, ok := call.Args[1].(*ast.CallExpr); ok {
				if get, ok := kept.Fun.(*ast.SelectorExpr); ok && get.Sel.Name == "Get" {
					return true
				}
			}
			set[r.text(call.Args[0])] = true
		}
		return true
	})
	for name, a := range all {
		a.unread = !set[name]
		all[name] = a
	}
	return all
}

func isIdentifier(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}
