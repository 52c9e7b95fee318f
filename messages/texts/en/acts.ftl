acts-head = The log of what belongs to no tip, newest first
acts-line = { $at } · { $name } · { $what }
acts-line-of = { $at } · { $name } · { $what } ({ $detail })
acts-operator = whoever runs the server
acts-none = No further lines.
acts-not-yours = The log is for the auditor.
choice-o-menu-acts = Log
acts-what = { $what ->
    [enrolled] enrolled
    [role-granted] got a further role
    [officer-active] confirmed an officer
    [officer-revoked] revoked an officer
    [invited] made an invite
    [revoked] revoked an officer
    [group-linked] linked a group chat
    [group-unlinked] unlinked a group chat
    [question-answered] answered a fire question
    [viewed-question] opened a fire question
    [listed-questions] listed the questions
    [listed-queue] listed the queue
    [listed-bundle] listed the bundle
    [listed-officers] listed the officers
    [searched-in-vain] looked for a tip and found none
    [refused-content] was refused content
    [read-remarks] read remarks
    [read-acts] read this log
    [signed-in] signed in at the console
    [signed-out] signed out of the console
    [second-factor-given] gave a code of the second factor
    [second-factor-dropped] dropped a second factor
    [sign-in-permitted] made a sign-in code
    [searched] searched tips for words
    [second-factor-wrong] gave a wrong second factor
    [campaign-handed-in] handed in a campaign
    [campaign-approved] approved a campaign
    [campaign-waiting] edited a campaign
    [campaign-cancelled] cancelled a campaign
    [campaign-put-off] put off a campaign
    [campaign-pause] paused a campaign
    [campaign-resume] resumed a campaign
    [campaign-cancel] cancelled a campaign
    [campaign-recall] recalled a campaign
    [campaign-correct] corrected a campaign
    [enabled-ward] enabled a ward
    [disabled-ward] disabled a ward
    [imported-wards] imported wards
    [erased] destroyed a tip
    [restored] restored a backup
    [lines-retried] retried dead lines
    [lines-dropped] dropped dead lines
    [set-aside] set a failed message aside
    [reporter-set-aside] set a damaged reporter aside
   *[other] something else: { $what }
}
