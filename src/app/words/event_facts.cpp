#include "app/words/event_facts.h"

#include <nlohmann/json.hpp>

namespace postq {

std::string EventFacts::detail(std::string_view name) const {
  for (const auto& [key, value] : details) {
    if (key == name) return value;
  }
  return {};
}

EventFacts facts_of(const Event& event) {
  EventFacts facts;
  const auto body = nlohmann::json::parse(event.body, nullptr, false);
  if (!body.is_object()) return facts;
  if (const auto actor = body.find("actor"); actor != body.end() && actor->is_string())
    facts.actor.name = actor->get<std::string>();
  if (const auto agent = body.find("agent"); agent != body.end() && agent->is_boolean())
    facts.actor.agent = agent->get<bool>();
  if (const auto person = body.find("for"); person != body.end() && person->is_string())
    facts.actor.person = person->get<std::string>();
  const auto details = body.find("details");
  if (details == body.end() || !details->is_object()) return facts;
  for (const auto& [key, value] : details->items()) {
    facts.details.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return facts;
}

std::string say_event(const Event& event, const EventFacts& facts) {
  const auto item = facts.detail("item");
  const std::string what = event.kind + (item.empty() ? "" : " i" + item);
  std::string text = what;
  for (const auto* const name :
       {"command", "person", "words", "how", "why", "reason", "detail", "url", "zone", "remote_name"}) {
    const auto value = facts.detail(name);
    if (value.empty() || value == "{}" || (std::string_view(name) == "how" && value == "review")) continue;
    text += (text == what ? ": " : "; ") + value;
  }
  for (const auto* const name : {"new", "deleted", "answered", "gone", "heard", "waiting"}) {
    const auto count = facts.detail(name);
    if (!count.empty() && count != "0") text += (text == what ? ": " : ", ") + count + " " + name;
  }
  if (const auto was = facts.detail("was"); !was.empty()) text += " (was " + was + ")";
  if (const auto part = facts.detail("part"); !part.empty() && part != "1") text += " (part " + part + ")";
  return text;
}

}  // namespace postq
