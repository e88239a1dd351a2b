package environment

import (
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// What the installer asks for stands in status.outputs (R22). The compiler knows
// most of it, and the status repeats that from the spec; the children below make
// the rest known, each under every name that the installer has for it.
const (
	outputs = "outputs."
	values  = outputs + "dominoConfigValues."
	efs     = values + "storage_classes.shared.efs."
)

func (p Plan) storage(key string, kind xr.Kind, part Part) resource.Resource {
	return p.encrypted(key, kind, part).
		Exporting("status.fileSystemID", outputs+"fileSystemID").
		Exporting("status.fileSystemID", efs+"filesystem_id").
		Exporting("status.accessPointID", outputs+"accessPointID").
		Exporting("status.accessPointID", efs+"access_point_id")
}

func (p Plan) domain(key string, kind xr.Kind, part Part) resource.Resource {
	return p.plain(key, kind, part).Exporting("status.certificateARN", outputs+"certificateARN")
}

// keyOutputs are the buckets that our own key encrypts.
func (p Plan) keyOutputs(identity resource.Resource) resource.Resource {
	for _, bucket := range []string{
		"internal_docker_registry.s3_override", "blob_storage.projects", "blob_storage.logs", "blob_storage.backups",
	} {
		identity = identity.Exporting("status.keyARN", values+bucket+".sse_kms_key_id")
	}
	return identity
}
