# A token: sign in with an email address and a password. The response has it as "token".
curl ${origin}/api/v2/authenticate \
  --data-urlencode email=EMAIL --data-urlencode password=PASSWORD

# Courses, as the user of the token; without the header, as everybody sees them.
curl ${origin}/api/v2/courses \
  --header 'Authorization: Bearer TOKEN'
