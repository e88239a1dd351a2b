package harness

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The modules of provider-aws and of the Terraform provider that it is built on.
const (
	providerModule  = "github.com/upbound/provider-aws/v2"
	terraformModule = "github.com/hashicorp/terraform-provider-aws"
	sdkServices     = "github.com/aws/aws-sdk-go-v2/service/"
)

// narrowing omits from provider-aws the AWS services whose resources no Composition has. The
// remaining code is unchanged, and its build takes minutes instead of an hour. Only files
// that list services differ.
type narrowing struct {
	provider, terraform string          // folders of the two modules
	groups              map[string]bool // of provider-aws's kinds: "ec2", "eks"
	referenced          map[string]bool // those whose kinds the kinds of the groups may name
	services            map[string]bool // packages of the Terraform provider that they need
	clients             map[string]bool // packages of the SDK that those need
}

// narrowed returns the changed files of both modules, by their paths; nil for an omitted
// file.
func (m modules) narrowed(p program) (map[string][]byte, error) {
	n, err := m.narrowing(p)
	if err != nil {
		return nil, err
	}
	return n.contents()
}

// narrowing finds the code that the Compositions need: the groups whose structs dominoc is
// built with, and the imports of the Terraform provider's packages for them.
func (m modules) narrowing(p program) (n narrowing, err error) {
	if n.groups, err = m.loweredGroups(); err != nil {
		return n, err
	}
	if n.provider, err = m.dir(p.nested, providerModule); err != nil {
		return n, err
	}
	if n.terraform, err = m.dir(p.nested, terraformModule); err != nil {
		return n, err
	}
	if n.referenced, err = n.references(); err != nil {
		return n, err
	}
	n.services, n.clients = map[string]bool{}, map[string]bool{}
	for group := range n.groups {
		if err := n.need(terraformService(group)); err != nil {
			return n, err
		}
	}
	return n, n.need("sts") // who the credentials are
}

// terraformService returns the Terraform provider's package for a group of kinds.
func terraformService(group string) string {
	if group == "cloudwatchlogs" {
		return "logs"
	}
	return group
}

// loweredGroups returns the groups of provider-aws whose structs the compiler uses.
func (m modules) loweredGroups() (map[string]bool, error) {
	out, err := goCommand(m.root, "list", "-deps", "./compositions/...")
	if err != nil {
		return nil, err
	}
	groups := map[string]bool{}
	for _, pkg := range strings.Fields(out) {
		if rest, ok := strings.CutPrefix(pkg, providerModule+"/apis/namespaced/"); ok && strings.Contains(rest, "/") {
			groups[path.Dir(rest)] = true
		}
	}
	return groups, nil
}

// resolved matches provider-aws's look-up of a referenced object. It needs the kind even if a
// resource has no such reference.
var resolved = regexp.MustCompile(`GetManagedResource\("([a-z0-9]+)\.aws\.m\.upbound\.io"`)

// references returns the groups that the kinds of the groups may refer to.
func (n narrowing) references() (map[string]bool, error) {
	referenced := map[string]bool{}
	for group := range n.groups {
		files, err := filepath.Glob(filepath.Join(n.provider, "apis", "namespaced", group, "*", "zz_generated.resolvers.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			for _, other := range unique(resolved.FindAllSubmatch(text, -1)) {
				referenced[other] = true
			}
		}
	}
	return referenced, nil
}

// need adds a package of the Terraform provider, its imports, and the SDK clients that any of
// them uses.
func (n narrowing) need(service string) error {
	if n.services[service] {
		return nil
	}
	n.services[service] = true
	files, err := filepath.Glob(filepath.Join(n.terraform, "internal", "service", service, "*.go"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("the Terraform provider has no package for %q", service)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		imports, err := importsOf(file)
		if err != nil {
			return err
		}
		for _, imported := range imports {
			if client, ok := strings.CutPrefix(imported, sdkServices); ok {
				n.clients[strings.Split(client, "/")[0]] = true
			}
			if other, ok := strings.CutPrefix(imported, terraformModule+"/internal/service/"); ok {
				if err := n.need(strings.Split(other, "/")[0]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func importsOf(file string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range parsed.Imports {
		imports = append(imports, importPath(spec))
	}
	return imports, nil
}

func importPath(spec *ast.ImportSpec) string {
	imported, _ := strconv.Unquote(spec.Path.Value) // the parser has seen that it is a string
	return imported
}

// contents returns the changed files.
func (n narrowing) contents() (map[string][]byte, error) {
	contents := map[string][]byte{}
	// A kind that resources only refer to has no controller.
	registered := func(group string) bool { return n.groups[group] || n.referenced[group] }
	controlled := func(group string) bool { return n.groups[group] || group == "providerconfig" }
	for folder, kept := range map[string]func(group string) bool{
		"apis/cluster":                   func(string) bool { return false },
		"apis/namespaced":                registered,
		"internal/controller/cluster":    func(group string) bool { return group == "providerconfig" },
		"internal/controller/namespaced": controlled,
	} {
		files, err := filepath.Glob(filepath.Join(n.provider, filepath.FromSlash(folder), "zz_*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_setup.go") && filepath.Base(file) != "zz_monolith_setup.go" {
				contents[file] = nil // of a provider for one group of kinds
				continue
			}
			if contents[file], err = without(file, func(pkg string) bool {
				rest, ok := strings.CutPrefix(pkg, providerModule+"/"+folder+"/")
				return ok && !rootGroup[rest] && !kept(strings.Split(rest, "/")[0])
			}); err != nil {
				return nil, err
			}
		}
	}
	registry := filepath.Join(n.provider, "config", "registry_common.go")
	list := filepath.Join(n.terraform, "internal", "provider", "sdkv2", "service_packages_gen.go")
	clients := filepath.Join(n.terraform, "internal", "conns", "awsclient_gen.go")
	var err error
	if contents[list], err = without(list, func(pkg string) bool {
		service, ok := strings.CutPrefix(pkg, terraformModule+"/internal/service/")
		return ok && !n.services[service]
	}); err != nil {
		return nil, err
	}
	if contents[clients], err = without(clients, func(pkg string) bool {
		client, ok := strings.CutPrefix(pkg, sdkServices)
		return ok && !n.clients[client]
	}); err != nil {
		return nil, err
	}
	contents[registry], err = n.registry(registry)
	return contents, err
}

// rootGroup are the versions of provider-aws's own configuration, below apis.
var rootGroup = map[string]bool{"v1alpha1": true, "v1beta1": true}

// typeName matches the names of resources in the Terraform provider's packages.
var typeName = regexp.MustCompile(`TypeName:\s+"(aws_\w+)"`)

// listing matches a configured resource in provider-aws's registry.
const listing = "\t\tl[i] = name + \"$\"\n\t\ti++\n"

// registry limits the resources that provider-aws configures to those of kept services.
func (n narrowing) registry(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if c := bytes.Count(text, []byte(listing)); c != 3 {
		return nil, fmt.Errorf("%s lists resources %d times, not 3", file, c)
	}
	text = bytes.ReplaceAll(text, []byte(listing), []byte("\t\tif narrowed[name] {\n\t\t\tl[i] = name + \"$\"\n\t\t\ti++\n\t\t}\n"))
	text = bytes.ReplaceAll(text, []byte("\treturn l\n"), []byte("\treturn l[:i]\n"))
	text = append(text, "\nvar narrowed = map[string]bool{\n"...)
	for _, service := range slices.Sorted(maps.Keys(n.services)) {
		generated, err := os.ReadFile(filepath.Join(n.terraform, "internal", "service", service, "service_package_gen.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range unique(typeName.FindAllSubmatch(generated, -1)) {
			text = fmt.Appendf(text, "\t%q: true,\n", name)
		}
	}
	return append(text, "}\n"...), nil
}

func unique(matches [][][]byte) []string {
	names := map[string]bool{}
	for _, match := range matches {
		names[string(match[1])] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// without returns a generated file without the dropped imports, and without the list elements
// and functions that use them.
func without(file string, drop func(pkg string) bool) ([]byte, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for _, spec := range parsed.Imports {
		if drop(importPath(spec)) {
			gone[nameOf(spec)] = true
		}
	}
	parsed.Decls = slices.DeleteFunc(parsed.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv != nil && speaksOf(f, gone)
	})
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GenDecl:
			node.Specs = slices.DeleteFunc(node.Specs, func(s ast.Spec) bool {
				spec, ok := s.(*ast.ImportSpec)
				return ok && drop(importPath(spec))
			})
		case *ast.CompositeLit:
			node.Elts = slices.DeleteFunc(node.Elts, func(e ast.Expr) bool { return speaksOf(e, gone) })
		case *ast.CallExpr:
			node.Args = slices.DeleteFunc(node.Args, func(e ast.Expr) bool { return isSelector(e) && speaksOf(e, gone) })
		}
		return true
	})
	parsed.Comments = nil // their places are those of what is gone
	var out bytes.Buffer
	if err := format.Node(&out, set, parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out.Bytes(), nil
}

// nameOf returns the name of an imported package in its file.
func nameOf(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(importPath(spec))
}

func isSelector(e ast.Expr) bool {
	_, ok := e.(*ast.SelectorExpr)
	return ok
}

// speaksOf reports whether a node uses one of the names as a package.
func speaksOf(node ast.Node, names map[string]bool) bool {
	found := false
	ast.Inspect(node, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && names[x.Name] {
				found = true
			}
		}
		return !found
	})
	return found
}
