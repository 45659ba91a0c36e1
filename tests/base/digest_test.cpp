#include <rapidcheck.h>

#include <postq/base/digest.h>
#include <postq/base/hex.h>

#include "support/catch.h"

namespace postq {

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
  CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(std::string(1'000'000, 'a')).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a digest is the same however the bytes are cut into pieces") {
  CHECK(rc::check("pieces", [](const std::vector<std::string>& pieces) {
    Sha256 hash;
    std::string whole;
    for (const auto& piece : pieces) {
      hash.update(piece);
      whole += piece;
    }
    RC_ASSERT(hash.finish() == sha256(whole));
  }));
}

TEST_CASE("a digest is read back from its bytes and from hex, and from nothing else") {
  const auto digest = sha256("abc");

  CHECK(Digest::from_bytes(digest.view()) == digest);
  CHECK(Digest::from_hex(digest.hex()) == digest);
  CHECK(Digest::from_bytes("short") == Digest{});
  CHECK(Digest::from_hex(digest.hex().substr(2)) == Digest{});
  CHECK(Digest::from_hex(std::string(64, 'g')) == Digest{});
}

TEST_CASE("HMAC-SHA256 gives the values of RFC 4231") {
  CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("base64 gives the values of RFC 4648") {
  const auto pair = GENERATE(table<std::string, std::string>({{"", ""},
                                                              {"f", "Zg=="},
                                                              {"fo", "Zm8="},
                                                              {"foo", "Zm9v"},
                                                              {"foob", "Zm9vYg=="},
                                                              {"fooba", "Zm9vYmE="},
                                                              {"\xfb\xff", "+/8="}}));
  const auto& [bytes, text] = pair;
  std::string decoded = "left over";

  CHECK(base64_encode(bytes) == text);
  CHECK(base64_decode(text, decoded));
  CHECK(decoded == bytes);
}

TEST_CASE("base64 is read with or without padding, and what is no base64 is refused") {
  std::string bytes;

  CHECK(base64_decode("Zm8", bytes));
  CHECK(bytes == "fo");
  for (const auto* bad : {"Z", "Zg=", "Zg===", "Z===", "Zm9v=", "Zm9v!", "Zg==Zg==", "Zh==", "Zm 8"}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad, bytes));
    CHECK(bytes.empty());
  }
}

TEST_CASE("base64 and hex give back any bytes") {
  CHECK(rc::check("round trip", [](const std::string& bytes) {
    std::string decoded;
    RC_ASSERT(base64_decode(base64_encode(bytes), decoded));
    RC_ASSERT(decoded == bytes);
    RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
  }));
  CHECK(from_hex("0aFf") == std::string("\x0a\xff"));
  CHECK(from_hex("abc").empty());
  CHECK(from_hex("zz").empty());
}

}  // namespace postq
