#pragma once

#include <string>
#include <vector>

#include "sqlite/database/database.h"

// Whether the rows are what the events say of them; see trust.h. Problems are sentences that name what they are about.
namespace postq::sqlite {

// Receipts, requests in doubt, accounts, and the documents of all that is not over.
Status check_record(Database& db, std::vector<std::string>& problems);
Status check_approvals(Database& db, std::vector<std::string>& problems);

// The documents of what is not over, or of all that there ever was.
Status check_documents(Database& db, bool all, std::vector<std::string>& problems);

}  // namespace postq::sqlite
