/**
 * What mailboxes are for, by their names, where a server does not say (SPECIAL-USE): the names that clients and servers give them, in the
 * languages in which they do. Only top-level mailboxes and those right under INBOX or `[Gmail]` are looked at, and the first of a use counts.
 *
 * @rfc 6154 2
 */

const NAMES: Readonly<Record<string, string>> = {
  '\\Sent': `sent|sent items|sent messages|sent mail|sent-mail|inbox.sent|gesendet|gesendete elemente|gesendete objekte|gesendete nachrichten|
envoyés|éléments envoyés|messages envoyés|enviados|elementos enviados|mensajes enviados|itens enviados|mensagens enviadas|posta inviata|inviati|inviata|
verzonden|verzonden items|verzonden berichten|skickat|skickade objekt|sendt|sendte elementer|sendt post|lähetetyt|wysłane|elementy wysłane|odeslané|
odeslaná pošta|odoslané|elküldött|elküldött elemek|trimise|elemente trimise|poslano|poslane poruke|отправленные|отправлено|надіслані|изпратени|
απεσταλμένα|gönderilmiş öğeler|gönderilmiş postalar|gönderilenler|נשלחו|فرستاده شده|المرسلة|已发送|已发送邮件|已傳送郵件|寄件備份|送信済み|送信済みトレイ|送信済みメール|보낸편지함|보낸 편지함`,
  '\\Trash': `trash|deleted|deleted items|deleted messages|bin|papierkorb|gelöscht|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés|
messages supprimés|papelera|eliminados|elementos eliminados|lixeira|lixo|itens excluídos|itens eliminados|cestino|posta eliminata|eliminata|prullenbak|
verwijderde items|papperskorg|borttagna objekt|papirkurv|slettet post|slettede elementer|slettede elementer|roskakori|poistetut|kosz|elementy usunięte|
koš|odstraněná pošta|odstránené|kuka|törölt elemek|coș de gunoi|elemente șterse|koš|obrisano|корзина|удаленные|удалённые|удаленные элементы|кошик|кошче|
κάδος|διαγραμμένα|çöp|çöp kutusu|silinmiş öğeler|אשפה|المهملات|已删除|已删除邮件|垃圾桶|刪除的郵件|ごみ箱|ゴミ箱|削除済みアイテム|휴지통|지운 편지함`,
  '\\Drafts': `drafts|draft|entwürfe|entwurf|brouillons|brouillon|borradores|borrador|rascunhos|rascunho|bozze|concepten|concept|utkast|kladder|kladde|
luonnokset|szkice|wersje robocze|koncepty|rozepsané|koncepty|piszkozatok|ciorne|skice|nacrti|osnutki|черновики|чернетки|чернови|πρόχειρα|taslaklar|
טיוטות|المسودات|草稿|草稿箱|草稿夾|下書き|임시보관함|임시 보관함`,
  '\\Junk': `junk|spam|junk e-mail|junk email|junk mail|bulk mail|bulk|unerwünscht|spamverdacht|werbung|courrier indésirable|indésirables|pourriel|
correo no deseado|no deseado|lixo eletrônico|correio electrónico não solicitado|posta indesiderata|ongewenste e-mail|ongewenst|skräppost|søppelpost|uønsket e-mail|
roskaposti|wiadomości-śmieci|niechciane|nevyžádaná pošta|nevyžiadaná pošta|levélszemét|nesolicitate|neželena pošta|спам|нежелательная почта|спам|нежелана поща|
ανεπιθύμητα|önemsiz|istenmeyen|דואר זבל|البريد غير المرغوب|垃圾邮件|垃圾郵件|迷惑メール|스팸편지함|스팸`,
  '\\Archive': `archive|archives|archiv|archivo|arquivo|archivio|archief|arkiv|arkisto|archiwum|archív|archívum|arhiva|arhiv|архив|архів|αρχείο|arşiv|ארכיון|
الأرشيف|归档|存档|封存|アーカイブ|보관함`,
  '\\All': 'all mail|alle nachrichten|tous les messages|todos|todos os e-mails|tutti i messaggi|alle berichten|вся почта|すべてのメール|전체보관함|所有邮件',
  '\\Flagged': 'starred|flagged|markiert|suivis|destacados|com estrela|speciali|met ster|помеченные|スター付き|별표편지함|已加星标',
};

const USES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([use, names]) => names.split('|').map((name): [string, string] => [name.trim().normalize('NFC'), use])),
);

/** What a mailbox is for by its name: `\Sent`; `undefined` where the name says nothing. `delimiter`: of its levels. */
export function specialUseOfName(name: string, delimiter: string | undefined): string | undefined {
  const levels = delimiter === undefined ? [name] : name.split(delimiter);
  const parent = levels.length === 2 ? levels[0]!.toUpperCase() : '';
  if (levels.length > 2 || (levels.length === 2 && parent !== 'INBOX' && parent !== '[GMAIL]' && parent !== '[GOOGLE MAIL]')) return undefined;
  return USES.get(levels.at(-1)!.trim().normalize('NFC').toLowerCase());
}
