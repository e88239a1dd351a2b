package proof

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// storage is a part of what the modules make beside the cluster.
func storage(t *testing.T) []Held {
	t.Helper()
	content, err := os.ReadFile("testdata/storage.json")
	require.NoError(t, err)
	var file struct{ Held []Held }
	require.NoError(t, json.Unmarshal(content, &file))
	return file.Held
}

// adopting returns an object that states all that AWS has of a resource.
func adopting(t *testing.T, h Held) map[string]any {
	t.Helper()
	for kind, known := range tables() {
		if known.resource != h.Type {
			continue
		}
		group, name, _ := strings.Cut(kind, "/")
		return map[string]any{
			"apiVersion": group + "/v1beta1", "kind": name,
			"metadata": map[string]any{
				"name":        "x-" + strings.ToLower(name),
				"annotations": map[string]any{"crossplane.io/external-name": ExternalName(h.Type, h.Attributes)},
			},
			"spec": map[string]any{"forProvider": stating(known.fields, h.Attributes)},
		}
	}
	require.Fail(t, "no kind", h.Type)
	return nil
}

func stating(fields []*field, theirs map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		value, said := theirs[f.attribute]
		if !said && f.unstated != "" {
			value = f.unstatedValue()
		}
		if f.attribute == "tags" && theirs["tags_all"] != nil {
			value = theirs["tags_all"]
		}
		switch {
		case value == nil:
		case f.sort == one:
			if inner, there := block(value); there {
				out[f.name] = stating(f.below, inner)
			}
		case f.below != nil:
			var list []any
			for _, element := range elements(value) {
				list = append(list, stating(f.below, element.(map[string]any)))
			}
			if list != nil {
				out[f.name] = list
			}
		default:
			out[f.name] = fieldpath.Copy(value)
		}
	}
	return out
}

func TestStorageIsAdoptedAsItIs(t *testing.T) {
	there := storage(t)
	var all []map[string]any
	for _, h := range there {
		all = append(all, adopting(t, h))
	}
	require.Len(t, all, 21)
	require.Empty(t, Compare(all, there))
}

func TestEveryFieldOfStorageIsCompared(t *testing.T) {
	for _, h := range storage(t) {
		known := tables()[newObject(adopting(t, h)).kind]
		for _, path := range leaves("", adopting(t, h)["spec"].(map[string]any)["forProvider"]) {
			top, _, _ := strings.Cut(path, ".")
			i := slices.IndexFunc(known.fields, func(f *field) bool { return f.name == top })
			o := adopting(t, h)
			at := fieldpath.Parse("spec.forProvider." + path)
			value, _ := at.In(o)
			require.NoError(t, at.Set(o, another(value)))
			got := Compare([]map[string]any{o}, []Held{h})
			if i >= 0 && known.fields[i].unread {
				require.Empty(t, got)
				continue
			}
			require.Len(t, got, 1, "%s %s", h.Type, path)
		}
	}
}

// A reference is the id, the ARN or the name of what its target adopts.
func TestAReferenceLeadsToWhatItsTargetAdopts(t *testing.T) {
	for name, c := range map[string]struct{ from, field, reference, to string }{
		"the file system of an access point":  {"aws_efs_access_point", "fileSystemId", "fileSystemIdRef", "x-filesystem"},
		"the file system of a mount target":   {"aws_efs_mount_target", "fileSystemId", "fileSystemIdRef", "x-filesystem"},
		"the plan of a selection, by its id":  {"aws_backup_selection", "planId", "planIdRef", "x-plan"},
		"the role of a selection, by its ARN": {"aws_backup_selection", "iamRoleArn", "iamRoleArnRef", "x-role"},
		"the key of a file system, by ARN":    {"aws_efs_file_system", "kmsKeyId", "kmsKeyIdRef", "x-key"},
		"the key of an alias, by its id":      {"aws_kms_alias", "targetKeyId", "targetKeyIdRef", "x-key"},
		"the VPC of a security group":         {"aws_security_group", "vpcId", "vpcIdRef", "x-vpc"},
	} {
		t.Run(name, func(t *testing.T) {
			there := storage(t)
			refer := func(to string) []Difference {
				var all []map[string]any
				for _, h := range there {
					o := adopting(t, h)
					if h.Type == c.from {
						spec := o["spec"].(map[string]any)["forProvider"].(map[string]any)
						require.Contains(t, spec, c.field)
						delete(spec, c.field)
						spec[c.reference] = map[string]any{"name": to}
					}
					all = append(all, o)
				}
				return Compare(all, there)
			}
			require.Empty(t, refer(c.to))
			got := refer("another")
			require.Len(t, got, 1)
			require.Equal(t, c.field, got[0].Path)
			require.Contains(t, got[0].Ours, "another, which is not among the objects")
		})
	}
}
