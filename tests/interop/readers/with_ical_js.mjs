// Reads calendar files with ical.js, the engine of Thunderbird and Nextcloud, and prints what it sees, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, ...paths] = process.argv.slice(2);
const ICAL = (await import(pathToFileURL(library))).default;

const seen = (time) => {
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) return `${time} floating`;
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
};

const out = {};
for (const path of paths) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  for (const part of calendar.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(part);
    out[event.uid] = {
      start: seen(event.startDate),
      end: seen(event.endDate),
      texts: ["summary", "description", "location", "status", "url"].map((name) => part.getFirstPropertyValue(name) ?? ""),
      categories: part.getFirstProperty("categories")?.getValues() ?? [],
      sequence: event.sequence,
      method: calendar.getFirstPropertyValue("method") ?? "",
      names: [...new Set(part.getAllProperties().map((property) => property.name))].sort(),
    };
  }
}
process.stdout.write(JSON.stringify(out));
