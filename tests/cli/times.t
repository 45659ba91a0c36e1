Times are understood as people mean them.

  $ . "$TESTDIR/setup.sh"
  $ postq when fri 9am GMT+2
  Fri 27 Nov 2026 08:00 Berlin
  2026-11-27T07:00:00Z
  in 4 days
  note: 09:00 UTC+2 is 08:00 Berlin
  $ postq when fri 9am UTC-5
  Fri 27 Nov 2026 15:00 Berlin
  2026-11-27T14:00:00Z
  in 4 days
  note: 09:00 UTC-5 is 15:00 Berlin
  $ postq when fri 9am Etc/GMT+2
  Fri 27 Nov 2026 09:00 UTC-2  (here: Fri 27 Nov 2026 12:00 Berlin)
  2026-11-27T11:00:00Z
  in 4 days
  note: the zone Etc/GMT+2 is UTC-2: these names have the other sign
  $ postq when in 1 month
  Tue 22 Dec 2026 21:40 Berlin
  2026-12-22T20:40:00Z
  in 30 days
  $ postq when fri 14h
  postq: can't read `14h` as a time
    type `fri 14:00`
  [2]
  $ mkdir -p -m 700 ~/.config/postq; C=~/.config/postq/config.toml; umask 077
  $ printf 'zone = "UTC+2"\n' > $C; postq when fri 9am
  postq: */times.t/home/.config/postq/config.toml: zone: `UTC+2` is an offset and no time zone (glob)
    `Etc/GMT-2` is always UTC+2 (its name has the other sign); with summer time it is a city's, such as `Europe/Berlin`
  [3]
  $ printf 'zone = "Etc/GMT-2"\n' > $C; postq when fri 9am
  Fri 27 Nov 2026 09:00 UTC+2
  2026-11-27T07:00:00Z
  in 4 days

All mistakes of a configuration are named:

  $ printf 'zone = "GMT+2"\nzoen = 1\n[policy]\nratio = "none"\nwindow = 3\n' > $C; postq config check
  postq: */times.t/home/.config/postq/config.toml:1:8: zone: `GMT+2` is an offset and no time zone (glob)
    `Etc/GMT-2` is always UTC+2 (its name has the other sign); with summer time it is a city's, such as `Europe/Berlin`
    */times.t/home/.config/postq/config.toml:2:1: there is no key zoen (glob)
      did you mean zone?
    */times.t/home/.config/postq/config.toml:4:9: policy.ratio wants by hand to scheduled, such as "1:3", or "off", not "none" (glob)
    */times.t/home/.config/postq/config.toml:5:10: policy.window wants a length of time from "1h" to "366d", such as "14d", not 3 (glob)
  [3]
  $ printf 'zone = "UTC"\nratio = = 1\n[policy]\nratio = "none"\n' > $C; postq config check
  postq: */times.t/home/.config/postq/config.toml:2:9: error while parsing value: could not determine value type (glob)
    what stands behind it is read when this is right
  [3]

Names of accounts that aren't there are told, since a rule for one holds nothing:

  $ rm $C; feed
  $ printf 'accounts = ["all-of-them", "sight"]\n[groups]\nall-of-them = ["site", "other"]\n[policy.accounts.sit]\nratio = "off"\n' > $C; postq config check
  */times.t/home/.config/postq/config.toml is fine: 3 keys are set. (glob)
  note: accounts names sight, and there is no such account
  note: groups.all-of-them names other, and there is no such account
  note: policy.accounts names sit, and there is no such account; did you mean site?
