# An application: the operator makes one. The command prints its id and its secret.
.venv/bin/scholagraph app create NAME

# Its courses.
curl ${origin}/api/v2/courses --user ID:SECRET

# A token for other clients, with the scopes it is for.
curl ${origin}/api/v2/oauth/authenticate/application/token \
  --user ID:SECRET --data scope=read
