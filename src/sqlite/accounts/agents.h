#pragma once

#include <string>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// kind refused when an agent does what only a person may: the second guard, behind the table of commands. `what`
// completes "an agent may not ...".
Status persons_only(const AuditContext& audit, std::string_view what);

// kind refused when an agent may not change or remove the post: it is somebody else's, somebody else changed it, or a
// person has approved it once. Nothing is written.
Status check_own(Database& db, PostId post, const std::string& command, const AuditContext& audit);

// The event of a refusal, inside the caller's transaction. `command` is what was typed, without "postq".
Status append_refusal(Database& db, const std::string& command, std::optional<PostId> post, const std::string& why,
                      const AuditContext& audit);

}  // namespace postq::sqlite
