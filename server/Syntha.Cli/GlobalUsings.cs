global using ErrorReason = Syntha.Mesh.Errors.ErrorReason;
