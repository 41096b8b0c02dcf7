import { describe, expect, test } from 'vitest';
import { htmlToText } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

describe('htmlToText', () => {
  test.each([
    ['a paragraph', '<p>Hello World</p>', 'Hello World'],
    ['paragraphs', '<p>One</p><p>Two</p>\n<div>Three</div><div>Four</div>', 'One\n\nTwo\n\nThree\nFour'],
    ['white space is one space', ' a \n\t b<b> c</b>d ', 'a b cd'],
    ['line breaks', 'a<br>b<br/><br>c<br>', 'a\nb\n\nc'],
    ['a comment is nothing', 'Be<!-- > x -->fore<!-->!<!---->', 'Before!'],
    ['a conditional comment of Outlook', 'a<!--[if mso]><p>x</p><![endif]--><![if !mso]>b<![endif]>', 'ab'],
    ['scripts and styles are left out', 'Text<script>if (a<b) alert("</p>")</script><STYLE>p{}</Style >More', 'TextMore'],
    ['the title is none of the text', '<html><head><title>Title</title><meta x=y></head><body>Body</body></html>', 'Body'],
    ['character references', '&lt;div&gt;&amp;&nbsp;&copy;&#65;&#x42;&euro;&hellip;', '<div>&\u00a0©AB€…'],
    ['references that are none', 'a & b &unknown; &#65 &#xz; AT&T', 'a & b &unknown; &#65 &#xz; AT&T'],
    ['numbers outside Unicode, and those of windows-1252', '&#0;&#xD800;&#x110000;&#150;&#x80;', '\ufffd\ufffd\ufffd–€'],
    ['a list', '<p>See:</p><ul><li>Item 1</li><li>Item 2<li>Item 3</ul>end', 'See:\n\n* Item 1\n* Item 2\n* Item 3\n\nend'],
    ['lists in lists', '<ul><li>1<ul><li>a</li></ul></li><li>2</li></ul>', '* 1\n  * a\n* 2'],
    ['numbers', '<ol><li>a<li>b</ol><ol start="9"><li>c<br>d<li>e</ol>', '1. a\n2. b\n\n9. c\n   d\n10. e'],
    ['a quotation', 'a<blockquote><p>b</p><p>c</p></blockquote>d', 'a\n\n> b\n\n> c\n\nd'],
    ['a rule', 'Before<hr>After', `Before\n\n${'-'.repeat(30)}\n\nAfter`],
    ['a table', '<table><tr><td>Cell 1</td><td>Cell 2</td></tr><tr><td>3</td></tr></table>', 'Cell 1 Cell 2\n3'],
    ['text as it is written', '<pre>a\n  b\n\n c</pre>d', 'a\n  b\n\n c\n\nd'],
    ['a link', '<a href="https://example.com/?a=1&amp;b=2">Click <b>here</b></a> now', 'Click here <https://example.com/?a=1&b=2> now'],
    ['a link that says where it goes', '<a href="https://example.com/">example.com</a> <a href=mailto:me@example.com>me@example.com</a> <a href="#x">up</a>', 'example.com me@example.com up'],
    ['a link that is not closed', '<a href="https://example.com/a">one<p>two', 'one\n\ntwo <https://example.com/a>'],
    ['a scheme that is no place', '<a href="javascript:alert(1)">x</a>', 'x'],
    ['line ends in an address', '<a href="https://example.com/\r\na>b">x</a>', 'x <https://example.com/ab>'],
    ['pictures', '<img src="cid:x" alt="A &quot;cat&quot;"> and <img src=y>', 'A "cat" and'],
    ['a ">" inside a value', '<p title="a > b" class=\'x>y\'>text', 'text'],
    ['"<" that begins no tag', '1 < 2 <3 a<', '1 < 2 <3 a<'],
    ['what is not closed takes the rest with it', 'a<p title="b>c', 'a'],
    ['a script that is not closed', 'a<script>b</scrip>c', 'a'],
    ['closing tags without an opening one', '</p>a</ul></blockquote></a></pre>b', 'a\n\nb'],
    ['names like properties', '<constructor>a</constructor><toString x=y>b', 'ab'],
    ['nothing', '', ''],
  ])('%s', (_, html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test.each([
    ['tags', '<b>'], ['open lists', '<ul><li>x'], ['open quotations', '<blockquote>x'], ['lines in quotations', '<blockquote><br>x'], ['"<"', '<'], ['comments', '<!--'],
    ['quotes', '<a "'], ['scripts', '<script>'], ['links', '<a href="https://example.com">'], ['references', '&#65'], ['"&"', '&'], ['spaces', ' '], ['attributes', '<p a a a=b a>'],
    ['numbered', '<ol start=999999><li>x'],
  ])('the result grows no faster than the input: %s', (_, piece) => {
    const lengths = [5000, 10_000].map((count) => htmlToText(`x${piece.repeat(count)}`).length);
    expect(lengths[1]!).toBeLessThanOrEqual(lengths[0]! * 2 + 100);
    expect(lengths[1]!).toBeLessThanOrEqual(piece.length * 10_000 * 8 + 100);
  });

  test('any markup: never throws, no line end at either end', () => {
    const random = new SeededRandom(5);
    const pieces = ['<', '>', '</', 'p', 'ul', 'li', 'a href=', '"', "'", '=', ' ', '\n', 'x', '<!--', '-->', '<br>', '<pre>', '</pre>', '<ol>', '</ol>', '<blockquote>', '&', '#65;', '<script>', '</script>', '<a href="https://x.example">'];
    for (let round = 0; round < 3000; round++) {
      const text = htmlToText(Array.from({ length: random.integer(0, 40) }, () => random.pick(pieces)).join(''));
      expect(text).not.toMatch(/^\n|\n$/);
    }
  });
});
