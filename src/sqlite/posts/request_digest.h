#pragma once

#include <postq/base/digest.h>
#include <postq/ports/store.h>

namespace postq::sqlite {

// What one `add` asked for, whatever became of it since: the same key with the same request is the same add.
Digest request_digest(const NewPost& post);

}  // namespace postq::sqlite
